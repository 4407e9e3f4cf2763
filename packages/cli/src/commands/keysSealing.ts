import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '@gakumon/config';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { changeSealingKeyFile, readSealingKeyEntries, sealingKeyFile } from '../sealingKeys.ts';
import { readConfig } from '../withConfig.ts';
import { addKeysSealingRetire } from './keysSealingRetire.ts';

/** Servers look every second; milliseconds. */
const untilRead = 3000;

export function addKeysSealing(keys: Command, context: CliContext): void {
  const sealing = keys
    .command('sealing')
    .description('rotate the sealing key: add, use on every node that has it, retire when nothing needs it');
  sealing
    .command('add')
    .description('make a new key, which opens and does not seal yet')
    .action(async () => addAndTell(context, await readConfig(context)));
  sealing
    .command('use')
    .description('let a key seal from now on; every node must have it already')
    .argument('<id>', 'as gakumon keys list shows it')
    .action(async (id: string) => use(context, await readConfig(context), id));
  addKeysSealingRetire(sealing, context);
  sealing
    .command('rotate')
    .description('add a key and use it, where all servers read the file of this machine')
    .option('--one-machine', 'although the records are made for several')
    .action(async (options: { oneMachine?: true }) => rotate(context, await readConfig(context), options));
}

async function add(context: CliContext, config: Config): Promise<string> {
  const { addSealingKey, newSealingKey } = await import('@gakumon/assembly');
  const key = newSealingKey(randomBytes(32), context.clock());
  await changeSealingKeyFile(sealingKeyFile(config), (entries) => addSealingKey(entries, key));
  context.terminal.print(`added ${key.id}: it opens, and does not seal yet`);
  return key.id;
}

async function addAndTell(context: CliContext, config: Config): Promise<void> {
  const id = await add(context, config);
  const copied = `copy ${sealingKeyFile(config)} to every other node`;
  context.terminal.say('hint', `${copied}, wait three seconds, then: gakumon keys sealing use ${id}`);
}

async function use(context: CliContext, config: Config, id: string): Promise<void> {
  const { useSealingKey } = await import('@gakumon/assembly');
  const file = sealingKeyFile(config);
  await changeSealingKeyFile(file, (entries) => useSealingKey(entries, id, context.clock()));
  context.terminal.print(`${id} seals from now on`);
  context.terminal.say('hint', `copy ${file} to every other node; what it replaced still opens (gakumon keys list)`);
}

async function rotate(context: CliContext, config: Config, { oneMachine }: { oneMachine?: true }): Promise<void> {
  if (config.stores.records.kind === 'postgres' && oneMachine !== true) {
    refuseUsage(
      'the records are in PostgreSQL, so there may be several nodes: gakumon keys sealing add, copy the file to each, then use; or say --one-machine',
    );
  }
  const id = await add(context, config);
  context.terminal.showProgress('waiting until the servers have read it');
  await delay(untilRead);
  context.terminal.showProgress('');
  await use(context, config, id);
  const before = (await readSealingKeyEntries(config, context.env))[1];
  if (before !== undefined) {
    context.terminal.say('hint', `once nothing needs it any more: gakumon keys sealing retire ${before.id}`);
  }
}
