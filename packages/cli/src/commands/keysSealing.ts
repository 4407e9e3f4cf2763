import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '@gakumon/config';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { changeSealingKeyFile, readSealingKeyEntries, sealingKeyFile } from '../sealingKeys.ts';
import { readConfig } from '../withConfig.ts';
import { areSeveral } from './keysNodes.ts';
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
    .option('--json', 'for scripts')
    .action(async (options: Options) => addAndTell(context, await readConfig(context), options));
  sealing
    .command('use')
    .description('let a key seal from now on; every node must have it already')
    .argument('<id>', 'as gakumon keys list shows it')
    .option('--copied', 'the file of the keys, with this one in it, is on every node already')
    .option('--json', 'for scripts')
    .action(async (id: string, options: Options & { copied?: true }) =>
      useOnAll(context, await readConfig(context), id, options),
    );
  addKeysSealingRetire(sealing, context);
  sealing
    .command('rotate')
    .description('add a key and use it, where all servers read the file of this machine')
    .option('--one-machine', 'although the records are made for several')
    .option('--json', 'for scripts')
    .action(async (options: Options & { oneMachine?: true }) => rotate(context, await readConfig(context), options));
}

type Options = { readonly json?: true };

function printResult({ terminal }: CliContext, { json }: Options, result: object, text: string): void {
  terminal.print(json === true ? JSON.stringify(result, undefined, 2) : text);
}

async function add(context: CliContext, config: Config): Promise<string> {
  const { addSealingKey, newSealingKey } = await import('@gakumon/assembly');
  const key = newSealingKey(randomBytes(32), context.clock());
  await changeSealingKeyFile(sealingKeyFile(config), (entries) => addSealingKey(entries, key));
  return key.id;
}

const addedText = (id: string): string => `added ${id}: it opens, and does not seal yet`;

async function addAndTell(context: CliContext, config: Config, options: Options): Promise<void> {
  const id = await add(context, config);
  printResult(context, options, { added: id }, addedText(id));
  const copied = `copy ${sealingKeyFile(config)} to every other node`;
  const flag = areSeveral(config) ? ' --copied' : '';
  context.terminal.say('hint', `${copied}, wait three seconds, then: gakumon keys sealing use ${id}${flag}`);
}

async function use(context: CliContext, config: Config, id: string): Promise<void> {
  const { useSealingKey } = await import('@gakumon/assembly');
  const file = sealingKeyFile(config);
  await changeSealingKeyFile(file, (entries) => useSealingKey(entries, id, context.clock()));
}

async function useOnAll(
  context: CliContext,
  config: Config,
  id: string,
  options: Options & { copied?: true },
): Promise<void> {
  const file = sealingKeyFile(config);
  if (areSeveral(config) && options.copied !== true) {
    // A node that has not got the key opens nothing that is sealed under it: logins would fail there.
    refuseUsage(
      `the records are in PostgreSQL, so there may be several nodes: copy ${file} to every node first; then say --copied`,
    );
  }
  await use(context, config, id);
  printResult(context, options, { seals: id }, `${id} seals from now on`);
  context.terminal.say('hint', `copy ${file} to every other node; what it replaced still opens (gakumon keys list)`);
}

async function rotate(context: CliContext, config: Config, options: Options & { oneMachine?: true }): Promise<void> {
  if (areSeveral(config) && options.oneMachine !== true) {
    refuseUsage(
      'the records are in PostgreSQL, so there may be several nodes: gakumon keys sealing add, copy the file to each, then use --copied; or say --one-machine',
    );
  }
  const id = await add(context, config);
  if (options.json !== true) context.terminal.print(addedText(id));
  context.terminal.showProgress('waiting until the servers have read it');
  await delay(untilRead);
  context.terminal.showProgress('');
  await use(context, config, id);
  const before = (await readSealingKeyEntries(config, context.env))[1];
  printResult(context, options, { added: id, seals: id, replaced: before?.id }, `${id} seals from now on`);
  if (before !== undefined) {
    context.terminal.say('hint', `once nothing needs it any more: gakumon keys sealing retire ${before.id}`);
  }
}
