import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addUserHash } from './userHash.ts';

export function addUser(program: Command, context: CliContext): void {
  addUserHash(program.command('user').description('people'), context);
}
