import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { tellSecond } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import { isoTime, readUsername, withSessions } from '../withSessions.ts';

type Options = { limit: string; json?: true };

export function addUserHistory(user: Command, context: CliContext): void {
  user
    .command('history')
    .description('when a person signed on and what ended sessions, the newest first')
    .argument('<user>', 'the user name')
    .option('--limit <number>', 'how much of it', '20')
    .option('--json', 'for scripts')
    .action((user: string, options: Options) => list(context, user, options));
}

async function list(context: CliContext, typed: string, { limit, json }: Options): Promise<void> {
  const username = readUsername(typed);
  if (!/^[1-9]\d{0,4}$/.test(limit)) refuseUsage('--limit is a number from 1 to 99999');
  const events = await withSessions(context, (opened) => opened.listHistory(username, Number(limit)));
  if (json) {
    const shown = events.map(({ id: _id, username: _username, at, ...event }) => ({ at: isoTime(at), ...event }));
    context.terminal.print(JSON.stringify(shown, undefined, 2));
  } else if (events.length === 0) context.terminal.print(`nothing is known about ${username}`);
  else {
    const rows = events.map(({ at, kind, actor, address, session, serviceProvider, detail }) =>
      [tellSecond(at), kind, actor, address, session, serviceProvider, detail].map((cell) => cell ?? ''),
    );
    context.terminal.print(formatTable(['when', 'what', 'by', 'address', 'session', 'service', 'about'], rows));
  }
}
