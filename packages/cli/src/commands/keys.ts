import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addKeysActivate } from './keysActivate.ts';
import { addKeysList } from './keysList.ts';
import { addKeysNext } from './keysNext.ts';
import { addKeysReseal } from './keysReseal.ts';
import { addKeysRetire } from './keysRetire.ts';
import { addKeysSealing } from './keysSealing.ts';

export function addKeys(program: Command, context: CliContext): void {
  const keys = program
    .command('keys')
    .description(
      'the keys of SAML, which follow one another in our metadata, and those that logins and secrets are sealed with',
    );
  const commands = [addKeysList, addKeysNext, addKeysActivate, addKeysRetire, addKeysSealing, addKeysReseal];
  for (const add of commands) add(keys, context);
}
