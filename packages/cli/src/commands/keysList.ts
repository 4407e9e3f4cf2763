import type { SealingKeyEntry } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { reasonOf } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readSealingKeyEntries } from '../sealingKeys.ts';
import { formatTable } from '../table.ts';
import { readConfig } from '../withConfig.ts';
import { countSecretsByKey } from '../withSealedRecords.ts';
import { formatSamlKeys, listSamlKeys } from './keysListSaml.ts';

export function addKeysList(keys: Command, context: CliContext): void {
  keys
    .command('list')
    .description('the keys of SAML and the sealing keys: which one is used, since when, and which waits')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => list(context, options.json === true));
}

type Row = {
  readonly id: string;
  readonly state: 'seals' | 'opens' | 'missing';
  readonly added: string | null;
  readonly used: string | null;
  readonly replaced: string | null;
  /** Null when the records do not answer. */
  readonly secrets: number | null;
};

async function list(context: CliContext, json: boolean): Promise<void> {
  const config = await readConfig(context);
  const rows = listRows(await readSealingKeyEntries(config, context.env), await tryToCount(context, config));
  const saml = await listSamlKeys(context, config);
  if (json) {
    context.terminal.print(JSON.stringify({ saml: saml ?? null, sealing: rows }, undefined, 2));
    return;
  }
  if (saml !== undefined) context.terminal.print(`${formatSamlKeys(saml)}\n`);
  context.terminal.print(formatTable(['key', '', 'since', 'secrets in the records'], rows.map(describe)));
}

/** The keys are worth seeing when the records are away, too. */
async function tryToCount(context: CliContext, config: Config): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    return await countSecretsByKey(config, context);
  } catch (error) {
    context.terminal.say('warning', `the records do not answer: ${reasonOf(error)}`);
    return undefined;
  }
}

function listRows(entries: readonly SealingKeyEntry[], secrets: ReadonlyMap<string, number> | undefined): Row[] {
  const known = entries.map(
    ({ id, added, used, replaced }, index): Row => ({
      id,
      state: index === 0 ? 'seals' : 'opens',
      added: isoTime(added),
      used: isoTime(used),
      replaced: isoTime(replaced),
      secrets: secrets === undefined ? null : (secrets.get(id) ?? 0),
    }),
  );
  const missing = [...(secrets ?? [])].filter(([id]) => !entries.some((entry) => entry.id === id));
  const nothing = { added: null, used: null, replaced: null };
  return [...known, ...missing.map(([id, count]): Row => ({ id, state: 'missing', ...nothing, secrets: count }))];
}

const isoTime = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

function describe({ id, state, added, used, replaced, secrets }: Row): string[] {
  const past = replaced === null ? (added === null ? '' : `added ${added}`) : `sealed until ${replaced}`;
  const what = state === 'missing' ? 'is in no file: what is under it cannot be opened' : state;
  return [id, what, state === 'seals' ? (used ?? added ?? '') : past, secrets === null ? '?' : String(secrets)];
}
