import type { Departure } from '@gakumon/idp';
import { hours, isGakumonError, type Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { tellDay } from '../metadata/moments.ts';
import type { OpenedPeople } from '../withPeople.ts';
import type { SealedAccess } from '../withSealedRecords.ts';
import type { Finding } from './finding.ts';

/** Time enough to close accounts in the directories themselves. */
const soon = hours(24 * 90);

/** Guests whose sponsor has gone, and people who have left whose accounts would open again before long. */
export async function checkGuests(
  { clock }: CliContext,
  { find }: OpenedPeople,
  { sealed, keys, departures }: SealedAccess,
): Promise<readonly Finding[]> {
  const { createSealedGuests } = await import('@gakumon/assembly');
  const now = clock();
  const guests = (await createSealedGuests(sealed, keys).list()).filter(({ expiresAt }) => expiresAt > now);
  const isGone = await goneOf(find, new Set(guests.map(({ sponsor }) => sponsor)));
  const left = guests.filter(({ sponsor }) => isGone(sponsor));
  return [
    ...(left.length === 0 ? [] : [tellGuests(left.length)]),
    ...(await checkEndOfDepartures(find, await departures.list(now), now)),
  ];
}

function tellGuests(number: number): Finding {
  const message = `nobody answers for ${count(number, 'guest')} any more: the sponsor has gone`;
  return { level: 'warn', about: 'directory', message, hint: 'gakumon guest list; gakumon guest extend --sponsor U' };
}

async function goneOf(
  find: OpenedPeople['find'],
  sponsors: ReadonlySet<Username>,
): Promise<(sponsor: Username) => boolean> {
  const gone = new Set<Username>();
  for (const sponsor of sponsors) {
    const reason = await look(find, sponsor);
    if (reason !== 'here') gone.add(sponsor);
  }
  return (sponsor) => gone.has(sponsor);
}

/** Whom a directory that is away may know is taken to be here. */
async function look(find: OpenedPeople['find'], username: Username): Promise<'here' | 'gone'> {
  try {
    const found = await find(username);
    const closed = found?.person.account.closed;
    return found !== undefined && (closed === undefined || closed.reason === 'locked') ? 'here' : 'gone';
  } catch (error) {
    if (isGakumonError(error)) return 'here';
    throw error;
  }
}

/** After 24 months nothing keeps the account of somebody closed whom a directory still has. */
async function checkEndOfDepartures(
  find: OpenedPeople['find'],
  departures: readonly Departure[],
  now: number,
): Promise<readonly Finding[]> {
  const ending = departures.filter(({ as, blockedUntil }) => as === 'gone' && blockedUntil < now + soon);
  const there: Departure[] = [];
  for (const one of ending) if ((await find(one.username).catch(() => undefined)) !== undefined) there.push(one);
  if (there.length === 0) return [];
  const first = Math.min(...there.map(({ blockedUntil }) => blockedUntil));
  const who = count(there.length, 'person who has left is', 'people who have left are');
  const message = `${who} still in the directories, where the accounts open again from ${tellDay(first)} on`;
  const hint = 'close or remove them there: what is known of departures is forgotten after 24 months';
  return [{ level: 'warn', about: 'directory', message, hint }];
}
