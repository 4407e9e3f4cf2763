import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withGuests } from '../withGuests.ts';
import { readUsername } from '../withSessions.ts';
import { warnIfElsewhere } from '../withStaffIdp.ts';

export function addGuestRemove(guest: Command, context: CliContext): void {
  guest
    .command('remove')
    .description('take the account of a guest away, and end the sessions')
    .argument('<user>', 'the user name')
    .action((user: string) => remove(context, user));
}

async function remove(context: CliContext, typed: string): Promise<void> {
  const username = readUsername(typed);
  const { removeGuest } = await import('@gakumon/assembly');
  await withGuests(context, (guests) => {
    warnIfElsewhere(context, guests.access, 'sessions');
    return removeGuest(guests, username);
  });
  context.terminal.print(`removed the guest ${username}`);
}
