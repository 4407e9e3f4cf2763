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
  const { readIdentification, removeGuest } = await import('@gakumon/assembly');
  await withGuests(context, async (guests) => {
    const { access, idp, departures } = guests;
    warnIfElsewhere(context, access, 'sessions');
    const records = { sealed: access.sealed, keys: idp.sealingKeys, departures };
    return removeGuest(guests, username, await readIdentification(access.config, context.env, records));
  });
  context.terminal.print(`removed the guest ${username}: nobody else is called that for 24 months`);
}
