import type { StaffSession, StaffSessions } from '@gakumon/assembly';
import { GakumonError, type SessionId, type Username } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { isKnownPerson, nobodyIsCalled } from '../isKnownPerson.ts';
import { addressesOf, describeSession, isoTime, readUsername, withSessions } from '../withSessions.ts';

type Options = { session?: string; json?: true };

export function addUserRevoke(user: Command, context: CliContext): void {
  user
    .command('revoke')
    .description('sign a person out: end one session, or all of them')
    .argument('<user>', 'the user name')
    .option('--session <id>', 'this one alone (gakumon user sessions shows the ids)')
    .option('--json', 'for scripts')
    .action((user: string, options: Options) => revoke(context, user, options));
}

async function revoke(context: CliContext, typed: string, { session, json }: Options): Promise<void> {
  const username = readUsername(typed);
  const id = session === undefined ? undefined : readSessionId(session);
  await withSessions(context, async (sessions, isElsewhere, config) => {
    const ended =
      id === undefined ? await sessions.endAll(username) : await endOne(sessions, username, id, isElsewhere);
    // Looked up afterwards: a directory that cannot be read holds nothing up.
    const known = await isKnownPerson(config, context, username);
    if (json) {
      const told = { user: username, known: known ?? null, ended: ended.map(describeSession) };
      context.terminal.print(JSON.stringify(told, undefined, 2));
    } else for (const line of describe(username, ended, isElsewhere)) context.terminal.print(line);
    if (ended.length === 0 && known === false) throw nobodyIsCalled(username);
  });
}

/** An id that is none at all is a mistake in typing, and nothing is written down about it. */
function readSessionId(typed: string): SessionId {
  return /^[\w-]{22}$/.test(typed)
    ? (typed as SessionId)
    : refuseUsage(`${JSON.stringify(typed)} is no id of a session`);
}

async function endOne(
  sessions: StaffSessions,
  username: Username,
  id: SessionId,
  isElsewhere: boolean,
): Promise<readonly StaffSession[]> {
  const ended = await sessions.endOne(username, id);
  if (ended !== undefined) return [ended];
  if (isElsewhere) return [];
  throw new GakumonError('session-not-found', { detail: `${username} has no session ${id}` });
}

function describe(username: Username, ended: readonly StaffSession[], isElsewhere: boolean): string[] {
  if (isElsewhere) return ['the order is in the records: servers carry it out within a second'];
  if (ended.length === 0) return [`${username} has no sessions; logins that were under way are over`];
  const lines = ended.map(
    (session) => `  ${session.id} since ${isoTime(session.createdAt)} from ${addressesOf(session)}`,
  );
  return [`ended ${count(ended.length, 'session')} of ${username}:`, ...lines];
}
