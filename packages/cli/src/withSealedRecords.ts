import type { openConfiguredStores, readSealingKeys } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { CliContext } from './context.ts';

type Stores = Awaited<ReturnType<typeof openConfiguredStores>>;

/** What is sealed in the records, and the keys to it. */
export type SealedAccess = {
  readonly sealed: Stores['sealed'];
  readonly keys: Awaited<ReturnType<typeof readSealingKeys>>;
  readonly serviceProviderUses: Stores['serviceProviderUses'];
  readonly departures: Stores['departures'];
  readonly storedIds: Stores['storedIds'];
};

/** Opens the secrets in the records for as long as `work` takes. Servers see what it writes within a second. */
export async function withSealedRecords<T>(
  { keys, stores }: Pick<Config, 'keys' | 'stores'>,
  context: CliContext,
  work: (access: SealedAccess) => Promise<T>,
): Promise<T> {
  const { openConfiguredStores, readSealingKeys } = await import('@gakumon/assembly');
  const access = { keys: await readSealingKeys({ keys }, context.env) };
  // Where the sessions are does not matter here, and may be away.
  const opened = await openConfiguredStores({ stores: { ...stores, sessions: { kind: 'records' } } }, context);
  try {
    const { sealed, serviceProviderUses, departures, storedIds } = opened;
    return await work({ ...access, sealed, serviceProviderUses, departures, storedIds });
  } finally {
    await opened.close();
  }
}

/** More rows than anybody has; the port has no count. */
const everyRow = 10_000_000;

/** How many secrets in the records are under each sealing key, by its id. */
export function countSecretsByKey(
  config: Pick<Config, 'keys' | 'stores'>,
  context: CliContext,
): Promise<ReadonlyMap<string, number>> {
  return withSealedRecords(config, context, async ({ sealed }) => {
    const rows = await sealed.listUnderOtherKeys('', everyRow);
    const groups = Map.groupBy(rows, ({ keyId }) => keyId);
    return new Map([...groups].map(([keyId, found]) => [keyId, found.length]));
  });
}
