import { stat } from 'node:fs/promises';
import type { Config } from '@gakumon/config';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { resealAll, type Unopenable, warnOfUnopenable } from '../resealAll.ts';
import { changeSealingKeyFile, readSealingKeyEntries, sealingKeyFile } from '../sealingKeys.ts';
import { readConfig } from '../withConfig.ts';
import { countSecretsByKey, withSealedRecords } from '../withSealedRecords.ts';

type Options = { readonly force?: true; readonly loseSecrets?: true; readonly json?: true };

export function addKeysSealingRetire(sealing: Command, context: CliContext): void {
  sealing
    .command('retire')
    .description('take away a key that nothing needs any more')
    .argument('<id>', 'as gakumon keys list shows it')
    .option('--force', 'although logins and sessions may need it; what is in the records is brought under the new key')
    .option('--lose-secrets', 'with --force: although secrets in the records are lost, or cannot be seen now')
    .option('--json', 'for scripts')
    .action(async (id: string, options: Options) => retire(context, await readConfig(context), id, options));
}

async function retire(context: CliContext, config: Config, id: string, options: Options): Promise<void> {
  if (options.force === true) await retireByForce(context, config, id, options);
  else if (options.loseSecrets === true) refuseUsage('--lose-secrets goes with --force');
  else await retireUnneeded(context, config, id);
  const text = `retired ${id}: what it sealed is not opened any more`;
  context.terminal.print(options.json === true ? JSON.stringify({ retired: id }, undefined, 2) : text);
  context.terminal.say('hint', `copy ${sealingKeyFile(config)} to every other node`);
}

async function retireUnneeded(context: CliContext, config: Config, id: string): Promise<void> {
  const { retireSealingKey } = await import('@gakumon/assembly');
  const file = sealingKeyFile(config);
  const secrets = await countSecretsByKey(config, context);
  const { ctimeMs } = await stat(file);
  const needs = {
    records: secrets.get(id) ?? 0,
    unchangedSince: ctimeMs,
    sessionLifetime: config.sessions.lifetime,
    now: context.clock(),
  };
  await changeSealingKeyFile(file, (entries) => retireSealingKey(entries, id, needs));
}

async function retireByForce(context: CliContext, config: Config, id: string, options: Options): Promise<void> {
  const mayLose = options.loseSecrets === true;
  const { retireSealingKey } = await import('@gakumon/assembly');
  const file = sealingKeyFile(config);
  // What cannot be retired at all is refused before anything is written.
  retireSealingKey(await readSealingKeyEntries(config, context.env), id, undefined);
  let isRetired = false;
  const takeAway = async (): Promise<void> => {
    await changeSealingKeyFile(file, (entries) => retireSealingKey(entries, id, undefined));
    isRetired = true;
  };
  try {
    await withSealedRecords(config, context, async (access) => {
      // The last moment in which anybody can open what is under it.
      const { resealed, unopenable } = await resealAll(access);
      if (resealed > 0 && options.json !== true)
        context.terminal.print(`resealed ${count(resealed, 'secret')} under ${access.keys.current.id}`);
      warnOfUnopenable(context.terminal, unopenable);
      if (!mayLose) refuseLoss(unopenable, id);
      await takeAway();
      // A server that had not read the new file yet may have sealed something in between.
      await resealAll(access);
    });
  } catch (error) {
    if (isRetired || !isGakumonError(error) || error.code !== 'store-unavailable') throw error;
    if (!mayLose) throw unseen(id, error);
    context.terminal.say('warning', `the records do not answer: what is under ${id} in them is lost, if anything is`);
    await takeAway();
  }
}

function refuseLoss(unopenable: readonly Unopenable[], id: string): void {
  const lost = unopenable.filter(({ key }) => key === id);
  if (lost.length === 0) return;
  throw new GakumonError('key-in-use', {
    detail: `${count(lost.length, 'secret')} in the records under ${id} did not open and ${lost.length === 1 ? 'is' : 'are'} not under another key`,
    hint: 'damaged ones are lost already; to retire the key all the same, add --lose-secrets',
  });
}

function unseen(id: string, cause: GakumonError): GakumonError {
  return new GakumonError('store-unavailable', {
    detail: `${cause.detail ?? cause.code}; what is under ${id} in the records would be lost`,
    hint: 'once they answer, retire it again; or with --lose-secrets at once. Documents are published again by running servers',
    cause,
  });
}
