import type { Guest } from '@gakumon/directory';
import { type Departure, type Hold, listHolds, listSessions } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import type { Command } from 'commander';
import {
  describeAccount,
  describeDeparture,
  describeDirectoryHold,
  tellClosure,
  tellDirectoryHold,
  tellPassword,
} from '../accountText.ts';
import {
  authenticatorHeadings,
  authenticatorRow,
  describeAuthenticator,
  type StaffView,
  viewAuthenticators,
} from '../authenticatorsOf.ts';
import type { CliContext } from '../context.ts';
import { tellEnd } from '../endOption.ts';
import { findHeldPerson, type HeldPerson } from '../findPerson.ts';
import { nobodyIsCalled } from '../isKnownPerson.ts';
import { type Fact, formatFacts, ifThere } from '../metadata/fact.ts';
import { isoTime, tellSecond } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import { describeGuest } from '../withGuests.ts';
import { readUsername } from '../withSessions.ts';
import { type StaffAccess, warnIfElsewhere, withStaffIdp } from '../withStaffIdp.ts';

type Shown = HeldPerson & {
  /** Whether the directory tells of a password that has expired only when it is tried. */
  readonly isPasswordSilent: boolean;
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
    const found = await findHeldPerson(config, context, username);
    if (found === undefined) throw nobodyIsCalled(username);
    warnIfElsewhere(context, access, 'sessions and what is counted against somebody');
    const departure = (await access.departures.list(context.clock())).find((one) => one.username === username);
    const guest = await findGuest(access, username);
    const authenticators = await viewAuthenticators(idp, username, found, config.directory);
    const ids = authenticators.map(({ id }) => id);
    const [sessions, holds] = await Promise.all([
      listSessions(idp, username),
      listHolds({ ...idp, directories: () => [found.directory] }, username, ids),
    ]);
    const isPasswordSilent = config.directory.some(
      (one) => one.name === found.person.directory && one.kind === 'ldap' && one.ldap.dialect === 'openldap',
    );
    return { ...found, isPasswordSilent, departure, guest, authenticators, sessions: sessions.length, holds };
  });
  context.terminal.print(json ? JSON.stringify(describe(shown), undefined, 2) : tell(shown));
}

async function findGuest({ sealed, idp }: StaffAccess, username: Username): Promise<Guest | undefined> {
  const { createSealedGuests } = await import('@gakumon/assembly');
  return (await createSealedGuests(sealed, idp.sealingKeys).find(username))?.guest;
}

function describe({ person, hold, departure, guest, authenticators, sessions, holds }: Shown) {
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
    directoryHold: hold === undefined ? null : describeDirectoryHold(hold),
    wrongTries: holds.map(({ resetsAt, ...hold }) => ({ ...hold, until: isoTime(resetsAt) })),
  };
}

function tell({ person, isPasswordSilent, hold, departure, guest, authenticators, sessions, holds }: Shown): string {
  const { username, directory, account, groups } = person;
  const facts: readonly Fact[] = [
    ['person', username],
    ['directory', directory],
    ['account', tellClosure(account)],
    ['password', ...ifThere(tellPassword(account) ?? (isPasswordSilent ? unknownPassword : undefined))],
    ['leaves', ...ifThere(departure && `${departure.as}, ${tellEnd(departure.at)}`)],
    ['guest', ...ifThere(guest && `of ${guest.sponsor}, until ${tellEnd(guest.expiresAt)}`)],
    ['sources away', ...(person.sourcesAway ?? [])],
    ['groups', groups.join(', ') || 'none'],
    ['sessions', `${sessions}`],
    ['wrong tries', ...tellTries(holds, authenticators), ...ifThere(hold && tellDirectoryHold(directory, hold))],
    ...(authenticators.length === 0 ? [['authenticators', 'none'] as const] : []),
  ];
  if (authenticators.length === 0) return formatFacts(facts);
  return `${formatFacts(facts)}\n\n${formatTable(authenticatorHeadings, authenticators.map(authenticatorRow))}`;
}

const heldNames: Readonly<Record<string, string>> = {
  codes: 'codes of all authenticators',
  'lock-out': 'passwords tried at the directory',
};

const unknownPassword = 'whether it has expired is told at the next login only';

const windowTexts = {
  short: { password: 'in ten minutes', code: 'in an hour' },
  day: { password: 'in a day', code: 'in a day' },
};

const tellTries = (holds: readonly Hold[], authenticators: StaffView): readonly string[] =>
  holds.length === 0 ? ['none'] : holds.map((hold) => tellHold(hold, authenticators));

function windowText(window: Hold['window'], about: Hold['about']): string {
  if (window === 'directory') return 'that its lock-out bears';
  return windowTexts[window][about === 'password' ? 'password' : 'code'];
}

function tellHold({ about, window, count, limit, resetsAt }: Hold, authenticators: StaffView): string {
  const name = authenticators.find(({ id }) => id === about)?.name ?? heldNames[about] ?? about;
  const isHeld = count >= limit ? ': held until then' : '';
  return `${name}: ${count} of ${limit} ${windowText(window, about)}, until ${tellSecond(resetsAt)}${isHeld}`;
}
