import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withGuests } from '../withGuests.ts';
import { readUsername } from '../withSessions.ts';
import { warnIfElsewhere } from '../withStaffIdp.ts';

export function addGuestPassword(guest: Command, context: CliContext): void {
  guest
    .command('password')
    .description('give a guest a new initial password, and end the sessions')
    .argument('<user>', 'the user name')
    .option('--json', 'for scripts')
    .action((user: string, options: { json?: true }) => give(context, user, options.json === true));
}

async function give(context: CliContext, typed: string, json: boolean): Promise<void> {
  const username = readUsername(typed);
  const { givePassword } = await import('@gakumon/assembly');
  const { password } = await withGuests(context, (guests) => {
    warnIfElsewhere(context, guests.access, 'sessions');
    return givePassword(guests, username);
  });
  if (json) context.terminal.print(JSON.stringify({ user: username, password }, undefined, 2));
  else {
    context.terminal.print(`initial password of ${username}: ${password}`);
    context.terminal.print('it is shown only now, and has to be changed at the next login; sessions are over');
  }
}
