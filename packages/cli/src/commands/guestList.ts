import type { Guest } from '@gakumon/directory';
import { isGakumonError, type Username } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { tellEnd } from '../endOption.ts';
import { formatTable } from '../table.ts';
import { describeGuest, type GuestAccess, withGuests } from '../withGuests.ts';
import { readUsername } from '../withSessions.ts';

type ListOptions = { readonly expired?: true; readonly sponsor?: string; readonly json?: true };

/** How it stands with whoever answers for a guest; undefined: a directory that may know does not answer. */
type Sponsor = 'here' | 'gone' | undefined;
type Listed = { readonly guest: Guest; readonly isOver: boolean; readonly sponsor: Sponsor };

export function addGuestList(guest: Command, context: CliContext): void {
  guest
    .command('list')
    .description('guests, and who answers for them')
    .option('--expired', 'those alone whose time is over')
    .option('--sponsor <user>', 'those alone whom this person answers for')
    .option('--json', 'for scripts')
    .action((options: ListOptions) => list(context, options));
}

async function list(context: CliContext, { expired, sponsor, json }: ListOptions): Promise<void> {
  const of = sponsor === undefined ? undefined : readUsername(sponsor);
  const listed = await withGuests(context, async (guests) => {
    const now = context.clock();
    const wanted = (await guests.records.list())
      .filter((guest) => (of === undefined || guest.sponsor === of) && (!expired || guest.expiresAt <= now))
      .map((guest) => ({ guest, isOver: guest.expiresAt <= now }));
    const standing = await sponsorsOf(guests, new Set(wanted.map(({ guest }) => guest.sponsor)));
    return wanted.map((one) => ({ ...one, sponsor: standing.get(one.guest.sponsor) }));
  });
  const { print } = context.terminal;
  if (json) print(JSON.stringify(listed.map(describe), undefined, 2));
  else if (listed.length === 0) print('no guests');
  else print(formatTable(['guest', 'name', 'until', 'sponsor', 'notes'], listed.map(rowOf)));
}

/** Each is looked up once, however many guests they have. */
async function sponsorsOf(
  { find }: Pick<GuestAccess, 'find'>,
  sponsors: ReadonlySet<Username>,
): Promise<ReadonlyMap<Username, Sponsor>> {
  const found = new Map<Username, Sponsor>();
  for (const sponsor of sponsors) found.set(sponsor, await standingOf(find, sponsor));
  return found;
}

/** One who is locked out for an hour is here all the same. */
async function standingOf(find: GuestAccess['find'], sponsor: Username): Promise<Sponsor> {
  try {
    const person = await find(sponsor);
    const reason = person?.account.closed?.reason;
    return person !== undefined && (reason === undefined || reason === 'locked') ? 'here' : 'gone';
  } catch (error) {
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}

function describe({ guest, isOver, sponsor }: Listed) {
  const isSponsorGone = sponsor === undefined ? null : sponsor === 'gone';
  return { ...describeGuest(guest), expired: isOver, sponsorGone: isSponsorGone };
}

function rowOf({ guest, isOver, sponsor }: Listed): string[] {
  const { username, expiresAt, mustChangePassword, attributes } = guest;
  const notes = [
    isOver && 'over',
    sponsor === 'gone' && 'the sponsor has gone',
    sponsor === undefined && 'the sponsor cannot be looked up',
    mustChangePassword && 'never logged in with a password of their own',
  ];
  const [name = ''] = attributes.jaDisplayName ?? attributes.displayName ?? [];
  return [username, name, tellEnd(expiresAt), guest.sponsor, notes.filter(Boolean).join(', ')];
}
