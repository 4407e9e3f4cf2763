import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { progressBar } from '../progress.ts';
import { resealAll, warnOfUnopenable } from '../resealAll.ts';
import { readConfig } from '../withConfig.ts';
import { countSecretsByKey, withSealedRecords } from '../withSealedRecords.ts';

export function addKeysReseal(keys: Command, context: CliContext): void {
  keys
    .command('reseal')
    .description('bring every secret in the records under the key that seals; may be broken off and begun again')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => reseal(context, options.json === true));
}

async function reseal(context: CliContext, json: boolean): Promise<void> {
  const config = await readConfig(context);
  const counts = await countSecretsByKey(config, context);
  const { resealed, unopenable, key } = await withSealedRecords(config, context, async (access) => {
    const { id } = access.keys.current;
    const total = [...counts].reduce((sum, [keyId, found]) => (keyId === id ? sum : sum + found), 0);
    const bar = progressBar(context.terminal, 'resealing', total);
    return { ...(await resealAll(access, bar.show).finally(bar.end)), key: id };
  });
  const { terminal } = context;
  if (json) terminal.print(JSON.stringify({ resealed, unopenable }, undefined, 2));
  else {
    warnOfUnopenable(terminal, unopenable);
    terminal.print(`resealed ${count(resealed, 'secret')} under ${key}`);
  }
  if (unopenable.length > 0) {
    throw new GakumonError('secret-unopenable', {
      detail: `${count(unopenable.length, 'secret')} could not be opened`,
    });
  }
}
