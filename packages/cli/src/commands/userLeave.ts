import { resolve } from 'node:path';
import { readRegularFile } from '@gakumon/files';
import type { Departure } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { type LeaverDefaults, readAs, readLeavers, refuseLeavers } from '../departures/readLeavers.ts';
import { type Registered, registerLeavers } from '../departures/registerLeavers.ts';
import { readEnd, tellEnd } from '../endOption.ts';
import { refuseUsage } from '../failure.ts';
import { formatTable } from '../table.ts';
import { readUsername } from '../withSessions.ts';

type LeaveOptions = {
  readonly file?: string;
  readonly on?: string;
  readonly as: string;
  readonly asNow?: string;
  readonly ignoreUnknown?: true;
  readonly withoutSources?: true;
  readonly dryRun?: true;
  readonly json?: true;
};

/** Octets; a year's leavers are a few hundred thousand. */
const longestFile = 10_000_000;
/** So many are told one by one. */
const mostTold = 20;

export function addUserLeave(user: Command, context: CliContext): void {
  user
    .command('leave')
    .description('people who leave the university: on their day the account closes, or they are alumni')
    .argument('[users...]', 'the user names')
    .option('--file <file>', 'one name a line, or CSV with a first line of username,on,as,as-now; - is standard input')
    .option('--on <date>', 'their last day, such as 2027-03-31 (else at once)')
    .option('--as <how>', 'gone: the account closes; alumni: it stays, and they are members no more', 'gone')
    .option('--as-now <user>', 'the name under which the same person goes on, and keeps what services know them by')
    .option('--ignore-unknown', 'leave out names that no directory knows')
    .option('--without-sources', 'go on while a source of attributes is away: what it knows is not kept from others')
    .option('--dry-run', 'look at everything, and write nothing')
    .option('--json', 'for scripts')
    .action((users: string[], options: LeaveOptions) => leave(context, users, options));
}

async function leave(context: CliContext, users: readonly string[], options: LeaveOptions): Promise<void> {
  const now = context.clock();
  const defaults = {
    at: options.on === undefined ? now : readEnd('--on', options.on),
    as: readAs(options.as) ?? refuseUsage(`--as ${options.as}: say gone or alumni`),
    ...readSuccessor(users, options),
  };
  const [label, text] = await readList(context, users, options.file);
  const { leavers, mistakes } = readLeavers(text, defaults, now);
  const refuse = (found: Parameters<typeof refuseLeavers>[1]) => refuseLeavers(label, found);
  if (leavers.length === 0 && mistakes.length === 0)
    throw new GakumonError('departures-invalid', { detail: `nobody is in ${label}` });
  const [isDryRun, ignoresUnknown] = [options.dryRun === true, options.ignoreUnknown === true];
  const goesWithoutSources = options.withoutSources === true;
  const how = { mistakes, isDryRun, ignoresUnknown, goesWithoutSources, refuse };
  const done = await registerLeavers(context, leavers, how);
  context.terminal.print(
    options.json ? JSON.stringify(describe(done, isDryRun), undefined, 2) : tell(done, isDryRun, now),
  );
  if (done.guests.length > 0) {
    const those = count(done.guests.length, 'guest');
    context.terminal.say('warning', `people who leave answer for ${those}: ${done.guests.slice(0, 5).join(', ')}`);
    context.terminal.say('hint', 'gakumon guest extend USER --until DATE --sponsor U names somebody else');
  }
}

/** Two people never go on as one. */
function readSuccessor(users: readonly string[], { asNow }: LeaveOptions): Pick<LeaverDefaults, 'successor'> {
  if (asNow === undefined) return {};
  if (users.length !== 1) refuseUsage('--as-now is for one person; a file has the column as-now');
  return { successor: readUsername(asNow) };
}

async function readList(
  { cwd, terminal }: CliContext,
  users: readonly string[],
  file: string | undefined,
): Promise<readonly [label: string, text: string]> {
  if ((file === undefined) === (users.length === 0)) refuseUsage('say who leaves: either names, or --file');
  // Each has a line of its own, whatever is in it
  if (file === undefined) return ['name', users.map((name) => name.replace(/[\r\n,]/g, ' ')).join('\n')];
  if (file === '-') return ['standard input', await terminal.readInput()];
  const octets = await readRegularFile(resolve(cwd, file), longestFile);
  try {
    return [file, new TextDecoder('utf-8', { fatal: true }).decode(octets)];
  } catch {
    throw new GakumonError('departures-invalid', { detail: `${file} is not UTF-8: save it again as "CSV UTF-8"` });
  }
}

function describe({ departures, already, ignored, sessionsEnded, guests }: Registered, dryRun: boolean) {
  const people = departures.map(({ username, directory, at, as, blockedUntil, identifiers, successor }) => ({
    user: username,
    directory,
    at: new Date(at).toISOString(),
    as,
    blockedUntil: new Date(blockedUntil).toISOString(),
    ...(successor === undefined ? {} : { asNow: successor }),
    identifiers: identifiers.length,
  }));
  return { dryRun, people, already, ignored, sessionsEnded, guests };
}

function tell(
  { departures, before, already, ignored, sessionsEnded }: Registered,
  isDryRun: boolean,
  now: number,
): string {
  const gone = departures.filter(({ as }) => as === 'gone').length;
  const lines = [
    `${count(departures.length, 'person leaves', 'people leave')}: ${gone} gone, ${departures.length - gone} alumni`,
    ...(departures.length > mostTold || departures.length === 0
      ? []
      : [
          formatTable(
            ['', '', '', ''],
            departures.map((one) => rowOf(one, before.get(one.username), now)),
          ).replace(/^\s*\n/, ''),
        ]),
    ...(already.length === 0 ? [] : [`already listed, and left as they are: ${tellNames(already)}`]),
    `kept from others for 24 months: ${count(sum(departures), 'identifier')}`,
    ...(ignored.length === 0 ? [] : [`left out: ${count(ignored.length, 'name')} that nobody has`]),
    ...(sessionsEnded === 0 ? [] : [`${count(sessionsEnded, 'session')} ended`]),
    ...(isDryRun ? ['a trial: nothing was written'] : []),
  ];
  return lines.join('\n');
}

const tellNames = (names: readonly string[]): string =>
  names.length > mostTold ? count(names.length, 'person', 'people') : names.join(', ');

const sum = (departures: Registered['departures']): number =>
  departures.reduce((all, { identifiers }) => all + identifiers.length, 0);

const rowOf = (
  { username, as, at, identifiers, successor }: Registered['departures'][number],
  before: Departure | undefined,
  now: number,
): string[] => [
  `  ${username}`,
  successor === undefined ? as : `${as}, goes on as ${successor}`,
  `${at <= now ? 'now' : tellEnd(at)}${before === undefined || before.at === at ? '' : `; moved from ${tellEnd(before.at)}`}`,
  count(identifiers.length, 'identifier'),
];
