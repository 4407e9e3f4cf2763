import { type Hold, listHolds, listSessions } from '@gakumon/idp';
import type { Command } from 'commander';
import {
  authenticatorHeadings,
  authenticatorRow,
  describeAuthenticator,
  type StaffView,
  viewAuthenticators,
} from '../authenticatorsOf.ts';
import type { CliContext } from '../context.ts';
import { type FoundPerson, findPerson } from '../findPerson.ts';
import { nobodyIsCalled } from '../isKnownPerson.ts';
import { type Fact, formatFacts, yes } from '../metadata/fact.ts';
import { isoTime, tellSecond } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import { readUsername } from '../withSessions.ts';
import { warnIfElsewhere, withStaffIdp } from '../withStaffIdp.ts';

type Shown = FoundPerson & {
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
    const authenticators = await viewAuthenticators(idp, username, found);
    const ids = authenticators.map(({ id }) => id);
    const [sessions, holds] = await Promise.all([listSessions(idp, username), listHolds(idp, username, ids)]);
    return { ...found, authenticators, sessions: sessions.length, holds };
  });
  context.terminal.print(json ? JSON.stringify(describe(shown), undefined, 2) : tell(shown));
}

function describe({ person, authenticators, sessions, holds }: Shown) {
  const { username, directory, account, groups } = person;
  return {
    user: username,
    directory,
    disabled: account.closed?.reason === 'disabled',
    groups,
    authenticators: authenticators.map(describeAuthenticator),
    sessions,
    wrongTries: holds.map(({ resetsAt, ...hold }) => ({ ...hold, until: isoTime(resetsAt) })),
  };
}

function tell({ person, authenticators, sessions, holds }: Shown): string {
  const { username, directory, account, groups } = person;
  const facts: readonly Fact[] = [
    ['person', username],
    ['directory', directory],
    ['disabled', yes(account.closed?.reason === 'disabled')],
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
