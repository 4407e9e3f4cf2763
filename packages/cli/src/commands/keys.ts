import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addKeysList } from './keysList.ts';
import { addKeysReseal } from './keysReseal.ts';
import { addKeysSealing } from './keysSealing.ts';

export function addKeys(program: Command, context: CliContext): void {
  const keys = program.command('keys').description('the keys that open logins and secrets are sealed with');
  for (const add of [addKeysList, addKeysSealing, addKeysReseal]) add(keys, context);
}
