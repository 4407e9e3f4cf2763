import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { progressBar } from '../progress.ts';
import { readConfig } from '../withConfig.ts';
import { countSecretsByKey, type SealedAccess, withSealedRecords } from '../withSealedRecords.ts';

const batch = 200;

export function addKeysReseal(keys: Command, context: CliContext): void {
  keys
    .command('reseal')
    .description('bring every secret in the records under the key that seals; may be broken off and begun again')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => reseal(context, options.json === true));
}

type Unopenable = { readonly kind: string; readonly name: string; readonly key: string };

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
    for (const { kind, name, key } of unopenable)
      terminal.say('warning', `no key opens the ${kind} "${name}" (${key})`);
    terminal.print(`resealed ${count(resealed, 'secret')} under ${key}`);
  }
  if (unopenable.length > 0) {
    throw new GakumonError('secret-unopenable', {
      detail: `${count(unopenable.length, 'secret')} could not be opened`,
    });
  }
}

async function resealAll(
  { sealed, keys }: SealedAccess,
  show: (done: number) => void,
): Promise<{ readonly resealed: number; readonly unopenable: readonly Unopenable[] }> {
  const { resealRecords, rowOf } = await import('@gakumon/assembly');
  const passOver = new Set<string>();
  const unopenable: Unopenable[] = [];
  let resealed = 0;
  for (let isDone = false; !isDone; show(resealed + unopenable.length)) {
    const done = await resealRecords(sealed, keys, { limit: batch, passOver });
    for (const record of done.unopenable) {
      passOver.add(rowOf(record));
      unopenable.push({ kind: record.kind, name: record.name, key: record.keyId });
    }
    resealed += done.resealed;
    isDone = done.isDone;
  }
  return { resealed, unopenable };
}
