import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readUsername } from '../withSessions.ts';
import { withStaffIdp } from '../withStaffIdp.ts';

export function addUserReturn(user: Command, context: CliContext): void {
  user
    .command('return')
    .description('take back that a person leaves, or has left')
    .argument('<user>', 'the user name')
    .action((user: string) => takeBack(context, user));
}

async function takeBack(context: CliContext, typed: string): Promise<void> {
  const username = readUsername(typed);
  const { takeBackDeparture } = await import('@gakumon/assembly');
  await withStaffIdp(context, (access) => takeBackDeparture(access, username));
  context.terminal.print(`${username} is here as the directory says: running servers know it within seconds`);
}
