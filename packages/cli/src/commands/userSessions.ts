import type { StaffSession } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { isKnownPerson, nobodyIsCalled } from '../isKnownPerson.ts';
import { tellSecond } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import { addressesOf, describeSession, readUsername, withSessions } from '../withSessions.ts';

export function addUserSessions(user: Command, context: CliContext): void {
  user
    .command('sessions')
    .description('where a person is signed in')
    .argument('<user>', 'the user name')
    .option('--json', 'for scripts')
    .action((user: string, options: { json?: true }) => list(context, user, options.json === true));
}

async function list(context: CliContext, typed: string, json: boolean): Promise<void> {
  const username = readUsername(typed);
  const sessions = await withSessions(context, async (opened, _isElsewhere, config) => {
    const found = await opened.list(username);
    if (found.length === 0 && (await isKnownPerson(config, context, username)) === false) {
      const { detail, hint } = nobodyIsCalled(username);
      context.terminal.say('warning', detail ?? '');
      context.terminal.say('hint', hint ?? '');
    }
    return found;
  });
  if (json) context.terminal.print(JSON.stringify(sessions.map(describeSession), undefined, 2));
  else if (sessions.length === 0) context.terminal.print(`${username} has no sessions`);
  else {
    const headings = ['session', 'since', 'last used', 'until', 'address', 'services'];
    context.terminal.print(formatTable(headings, sessions.map(describeRow)));
  }
}

function describeRow(session: StaffSession): string[] {
  const { id, createdAt, lastUsedAt, idleAt, serviceProviders } = session;
  const services = serviceProviders.map(({ entityId }) => entityId).join(' ');
  const times = [createdAt, lastUsedAt, idleAt].map(tellSecond);
  return [id, ...times, addressesOf(session).join(' '), services];
}
