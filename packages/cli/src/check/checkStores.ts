import { openConfiguredStores, openLibrary } from '@gakumon/assembly';
import type { Config, Secret } from '@gakumon/config';
import type { MetadataLibrary } from '@gakumon/metadata';
import type { CliContext } from '../context.ts';
import { attempt } from './attempt.ts';
import { checkSecretMode } from './checkKeys.ts';
import { describeLibrary } from './describeLibrary.ts';
import { describeRecords, describeSessions, doubtStores } from './describeStores.ts';
import type { Finding } from './finding.ts';

type Surroundings = Pick<CliContext, 'clock' | 'env'>;

/**
 * The stores can be reached and take what is written, and the metadata can be read. Each store is looked at by itself:
 * that one is away says nothing about the other.
 * @returns the library too, for what is checked against it; undefined when there is none
 */
export async function checkStores(
  config: Config,
  surroundings: Surroundings,
): Promise<{ readonly findings: readonly Finding[]; readonly library: MetadataLibrary | undefined }> {
  const records = await checkRecords(config, surroundings);
  const sessions = await checkSessions(config, surroundings);
  // One that is missing was told of already.
  const modes = await Promise.all(listSecrets(config).map((secret) => checkSecretMode(secret).catch(() => [])));
  const { library } = records;
  const metadata = library === undefined ? [] : describeLibrary(library);
  const stores = [...records.findings, ...sessions, ...doubtStores(config.stores), ...modes.flat()];
  return { findings: [...stores, ...metadata], library };
}

async function checkRecords(
  config: Config,
  surroundings: Surroundings,
): Promise<{ readonly findings: readonly Finding[]; readonly library: MetadataLibrary | undefined }> {
  const { records } = config.stores;
  let library: MetadataLibrary | undefined;
  const findings = await attempt('store', async () => {
    const stores = await openConfiguredStores({ stores: { records, sessions: { kind: 'records' } } }, surroundings);
    try {
      await stores.checkRecords();
      library = openLibrary(config, stores, surroundings.clock);
      await library.refresh();
      return [{ level: 'ok', about: 'store', message: `records: ${describeRecords(records)}` }];
    } finally {
      await stores.close();
    }
  });
  return { findings, library };
}

function checkSessions(config: Config, surroundings: Surroundings): Promise<readonly Finding[]> {
  const { sessions } = config.stores;
  return attempt('store', async () => {
    if (sessions.kind === 'records') return [];
    const well: Finding = { level: 'ok', about: 'store', message: `sessions: ${describeSessions(sessions)}` };
    if (sessions.kind === 'memory') return [well];
    const stores = await openConfiguredStores({ stores: { records: { kind: 'memory' }, sessions } }, surroundings);
    try {
      await stores.checkSessions();
      return [well];
    } finally {
      await stores.close();
    }
  });
}

function listSecrets({ stores: { records, sessions } }: Config): readonly Secret[] {
  const ofRecords = records.kind === 'postgres' ? [records.password] : [];
  const { servers } = sessions.kind === 'redis' ? sessions : {};
  const ofSessions = sessions.kind === 'redis' ? [sessions.password] : [];
  const ofSentinels = servers?.shape === 'sentinel' ? [servers.sentinelPassword] : [];
  return [...ofRecords, ...ofSessions, ...ofSentinels].filter((secret) => secret !== undefined);
}
