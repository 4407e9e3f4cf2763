import type { Guest } from '@gakumon/directory';
import { type Departure, type Hold, listHolds, listSessions } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import type { Command } from 'commander';
import { describeAccount, describeDeparture, tellClosure, tellPassword } from '../accountText.ts';
import {
  authenticatorHeadings,
  authenticatorRow,
  describeAuthenticator,
  type StaffView,
  viewAuthenticators,
} from '../authenticatorsOf.ts';
import type { CliContext } from '../context.ts';
import { tellEnd } from '../endOption.ts';
import { type FoundPerson, findPerson } from '../findPerson.ts';
import { nobodyIsCalled } from '../isKnownPerson.ts';
import { type Fact, formatFacts, ifThere } from '../metadata/fact.ts';
import { isoTime, tellSecond } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import { describeGuest } from '../withGuests.ts';
import { readUsername } from '../withSessions.ts';
import { type StaffAccess, warnIfElsewhere, withStaffIdp } from '../withStaffIdp.ts';

type Shown = FoundPerson & {
  readonly departure: Departure | undefined;
  readonly guest: Guest | undefined;
  readonly authenticators: StaffView;
  readonly sessions: number;
  readonly holds: readonly Hold[];
};

export function addUserShow(user: Command, context: CliContext): void {
  user
    .command('show')
    .description('what is known of a person: directory, groups, authenticators, sessions, wrong tries')
    .argument('<user>', 'the user name')
    .option('--json', 'for scripts')
    .action((user: string, options: { json?: true }) => show(context, user, options.json === true));
}

async function show(context: CliContext, typed: string, json: boolean): Promise<void> {
  const username = readUsername(typed);
  const shown = await withStaffIdp(context, async (access): Promise<Shown> => {
    const { idp, config } = access;
    const found = await findPerson(config, context, username);
    if (found === undefined) throw nobodyIsCalled(username);
    warnIfElsewhere(context, access, 'sessions and what is counted against somebody');
    const departure = (await access.departures.list(context.clock())).find((one) => one.username === username);
    const guest = await findGuest(access, username);
    const authenticators = await viewAuthenticators(idp, username, found);
    const ids = authenticators.map(({ id }) => id);
    const [sessions, holds] = await Promise.all([listSessions(idp, username), listHolds(idp, username, ids)]);
    return { ...found, departure, guest, authenticators, sessions: sessions.length, holds };
  });
  context.terminal.print(json ? JSON.stringify(describe(shown), undefined, 2) : tell(shown));
}

async function findGuest({ sealed, idp }: StaffAccess, username: Username): Promise<Guest | undefined> {
  const { createSealedGuests } = await import('@gakumon/assembly');
  return (await createSealedGuests(sealed, idp.sealingKeys).find(username))?.guest;
}

function describe({ person, departure, guest, authenticators, sessions, holds }: Shown) {
  const { username, directory, account, groups } = person;
  return {
    user: username,
    directory,
    disabled: account.closed?.reason === 'disabled',
    account: describeAccount(account),
    departure: departure === undefined ? null : describeDeparture(departure),
    guest: guest === undefined ? null : describeGuest(guest),
    sourcesAway: person.sourcesAway ?? [],
    groups,
    authenticators: authenticators.map(describeAuthenticator),
    sessions,
    wrongTries: holds.map(({ resetsAt, ...hold }) => ({ ...hold, until: isoTime(resetsAt) })),
  };
}

function tell({ person, departure, guest, authenticators, sessions, holds }: Shown): string {
  const { username, directory, account, groups } = person;
  const facts: readonly Fact[] = [
    ['person', username],
    ['directory', directory],
    ['account', tellClosure(account)],
    ['password', ...ifThere(tellPassword(account))],
    ['leaves', ...ifThere(departure && `${departure.as}, ${tellEnd(departure.at)}`)],
    ['guest', ...ifThere(guest && `of ${guest.sponsor}, until ${tellEnd(guest.expiresAt)}`)],
    ['sources away', ...(person.sourcesAway ?? [])],
    ['groups', groups.join(', ') || 'none'],
    ['sessions', `${sessions}`],
    ['wrong tries', ...(holds.length === 0 ? ['none'] : holds.map((hold) => tellHold(hold, authenticators)))],
    ...(authenticators.length === 0 ? [['authenticators', 'none'] as const] : []),
  ];
  if (authenticators.length === 0) return formatFacts(facts);
  return `${formatFacts(facts)}\n\n${formatTable(authenticatorHeadings, authenticators.map(authenticatorRow))}`;
}

const windowTexts = {
  short: { password: 'in ten minutes', code: 'in an hour' },
  day: { password: 'in a day', code: 'in a day' },
};

function tellHold({ about, window, count, limit, resetsAt }: Hold, authenticators: StaffView): string {
  const name =
    authenticators.find(({ id }) => id === about)?.name ?? (about === 'codes' ? 'codes of all authenticators' : about);
  const isHeld = count >= limit ? ': held until then' : '';
  return `${name}: ${count} of ${limit} ${windowTexts[window][about === 'password' ? 'password' : 'code']}, until ${tellSecond(resetsAt)}${isHeld}`;
}
