import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addGuestAdd } from './guestAdd.ts';
import { addGuestExtend } from './guestExtend.ts';
import { addGuestList } from './guestList.ts';
import { addGuestPassword } from './guestPassword.ts';
import { addGuestRemove } from './guestRemove.ts';

const commands = [addGuestAdd, addGuestExtend, addGuestList, addGuestPassword, addGuestRemove];

export function addGuest(program: Command, context: CliContext): void {
  const guest = program.command('guest').description('guests, whom a member of the university answers for');
  for (const add of commands) add(guest, context);
}
