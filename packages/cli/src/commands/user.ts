import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addUserHash } from './userHash.ts';
import { addUserHistory } from './userHistory.ts';
import { addUserRevoke } from './userRevoke.ts';
import { addUserSessions } from './userSessions.ts';

export function addUser(program: Command, context: CliContext): void {
  const user = program.command('user').description('people');
  for (const add of [addUserHash, addUserSessions, addUserRevoke, addUserHistory]) add(user, context);
}
