import type { StaffReset } from '@gakumon/assembly';
import { directoryAuthenticator, endSessionsOfPerson } from '@gakumon/idp';
import { type AuthenticatorId, GakumonError, type Username } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { isKnownPerson, nobodyIsCalled } from '../isKnownPerson.ts';
import { plain } from '../plain.ts';
import { readUsername } from '../withSessions.ts';
import { type StaffAccess, withStaffIdp } from '../withStaffIdp.ts';

type Options = { readonly all?: true; readonly yes?: true; readonly json?: true };

const ending = { actor: 'operator', detail: 'gakumon user reset-authenticator' } as const;

export function addUserResetAuthenticator(user: Command, context: CliContext): void {
  user
    .command('reset-authenticator')
    .description('take away one of a person, or all, and end the sessions that it proved; look at an ID card first')
    .argument('<user>', 'the user name')
    .argument('[id]', 'the one (gakumon user authenticators shows the ids)')
    .option('--all', 'all of them')
    .option('--yes', 'do not ask back')
    .option('--json', 'for scripts')
    .action((user: string, id: string | undefined, options: Options) => reset(context, user, id, options));
}

async function reset(
  context: CliContext,
  typed: string,
  id: string | undefined,
  { all, yes, json }: Options,
): Promise<void> {
  const username = readUsername(typed);
  if ((id === undefined) === (all === undefined)) {
    refuseUsage(`say either which one, or --all; gakumon user authenticators ${username} shows what there is`);
  }
  if (id === directoryAuthenticator) throw new GakumonError('authenticator-fixed', { detail: fixedDetail(username) });
  if (!yes) await confirm(context, username, id);
  await withStaffIdp(context, async (access) => {
    const done = await takeAway(access, username, id as AuthenticatorId | undefined);
    if (json) context.terminal.print(JSON.stringify(describe(username, done), undefined, 2));
    else for (const line of tell(username, done)) context.terminal.print(line);
    if (done.removed.length > 0 || done.wasUnopenable) return;
    if ((await isKnownPerson(access.config, context, username)) === false) throw nobodyIsCalled(username);
  });
}

const fixedDetail = (username: Username): string => `totpSecret of ${username} stands in the file of the directory`;

async function confirm({ terminal }: CliContext, username: Username, id: string | undefined): Promise<void> {
  if (!terminal.isInteractive) return;
  const what = id === undefined ? `all authenticators of ${username}` : `the authenticator ${id} of ${username}`;
  const answer = await terminal.ask(`take away ${what}, and end the sessions that they proved? (yes/no)`, 'no');
  if (!/^y(es)?$/i.test(answer)) throw new GakumonError('interrupted');
}

/** @throws GakumonError `authenticator-missing` when that one is not there */
async function takeAway(
  access: StaffAccess,
  username: Username,
  only: AuthenticatorId | undefined,
): Promise<StaffReset> {
  const { resetByStaff } = await import('@gakumon/assembly');
  const done = await resetByStaff(access, username, ending, only);
  // What servers have in their own memory is not seen from here
  if (access.isElsewhere) await endSessionsOfPerson(access.idp, username, ending);
  if (only !== undefined && done.removed.length === 0) {
    throw new GakumonError('authenticator-missing', { detail: `${username} has no authenticator ${only}` });
  }
  return done;
}

function describe(username: Username, { removed, ended, wasUnopenable }: StaffReset) {
  const shown = removed.map(({ id, kind, name }) => ({ id, kind, name }));
  return { user: username, removed: shown, endedSessions: ended, wasUnopenable };
}

function tell(username: Username, { removed, ended, wasUnopenable }: StaffReset): string[] {
  const sessions = ended === 0 ? 'no session was proved with them' : `ended ${count(ended, 'session')}`;
  if (wasUnopenable) return [`took away the authenticators of ${username}, which no key opened; ${sessions}`];
  if (removed.length === 0) return [`${username} has no authenticators that could be taken away`];
  const lines = removed.map(({ id, kind, name }) => `  ${kind} ${plain(name)} (${id})`);
  return [`took away ${count(removed.length, 'authenticator')} of ${username}; ${sessions}:`, ...lines];
}
