import {
  inspectRecords,
  inspectSessions,
  openConfiguredStores,
  openLibrary,
  openMetadataRecords,
  type RecordsFindings,
  readSealingKeys,
} from '@gakumon/assembly';
import type { Config, Secret } from '@gakumon/config';
import type { MetadataLibrary } from '@gakumon/metadata';
import type { CliContext } from '../context.ts';
import { attempt } from './attempt.ts';
import { checkSecretMode } from './checkKeys.ts';
import { describeLibrary } from './describeLibrary.ts';
import { describeRecords, describeSessions, doubtStores } from './describeStores.ts';
import type { Finding } from './finding.ts';
import { judgePostgres, judgeRedis } from './judgeServers.ts';

type Surroundings = Pick<CliContext, 'clock' | 'env'>;

/** What to look for where a store does not say itself what to do. */
const awayHints = {
  memory: undefined,
  sqlite: 'is the disk full, may this user write there, does another program hold it?',
  postgres: 'look at the log of PostgreSQL, its disk, and the network in between',
  redis: 'look at the log of Redis, its disk and memory, and the network in between',
} as const;

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
  const metadata = library === undefined ? [] : describeLibrary(library, surroundings.clock());
  const stores = [...records.findings, ...sessions, ...doubtStores(config.stores), ...modes.flat()];
  return { findings: [...stores, ...metadata], library };
}

async function checkRecords(
  config: Config,
  surroundings: Surroundings,
): Promise<{ readonly findings: readonly Finding[]; readonly library: MetadataLibrary | undefined }> {
  const { records } = config.stores;
  let library: MetadataLibrary | undefined;
  const findings = await attempt(
    'store',
    async () => {
      const found = await inspectRecords(records, surroundings.env);
      const version = found?.server === undefined ? '' : `, version ${found.server.version}`;
      const well: Finding = { level: 'ok', about: 'store', message: `records: ${describeRecords(records)}${version}` };
      const doubts = records.kind === 'postgres' && found?.server ? judgePostgres(found.server, records) : [];
      const old = found === undefined ? [] : warnOfOldSchema(found.schema);
      if (old.length > 0) return [well, ...doubts, ...old];
      const stores = await openConfiguredStores({ stores: { records, sessions: { kind: 'records' } } }, surroundings);
      try {
        await stores.checkRecords();
        // Bad keys are told of elsewhere.
        const keys = await readSealingKeys(config, surroundings.env).catch(() => undefined);
        library = openLibrary(config, keys && openMetadataRecords(stores.sealed, keys), surroundings.clock);
        await library.refresh({ wait: true, missing: true });
        return [well, ...doubts];
      } finally {
        await stores.close();
      }
    },
    awayHints[records.kind],
  );
  return { findings, library };
}

/** To open records of an older schema is to bring them up to date, and the nodes of the older release would refuse them. */
function warnOfOldSchema({ found, target }: RecordsFindings['schema']): Finding[] {
  if (found === 0 || found >= target) return [];
  return [
    {
      level: 'warn',
      about: 'store',
      message: `records: they have schema ${found}, and this release writes ${target}; they were not looked into`,
      hint: 'the first node of this release brings them up to date; gakumon records migrate --dry-run tells how',
    },
  ];
}

function checkSessions({ stores: { sessions } }: Config, { env }: Surroundings): Promise<readonly Finding[]> {
  return attempt(
    'store',
    async () => {
      if (sessions.kind === 'records') return [];
      const well: Finding = { level: 'ok', about: 'store', message: `sessions: ${describeSessions(sessions)}` };
      const found = await inspectSessions(sessions, env);
      if (found === undefined || sessions.kind === 'memory') return [well];
      return [well, ...found.masters.flatMap((master) => judgeRedis(master, sessions.servers))];
    },
    awayHints.redis,
  );
}

function listSecrets({ stores: { records, sessions } }: Config): readonly Secret[] {
  const ofRecords = records.kind === 'postgres' ? [records.password] : [];
  const { servers } = sessions.kind === 'redis' ? sessions : {};
  const ofSessions = sessions.kind === 'redis' ? [sessions.password] : [];
  const ofSentinels = servers?.shape === 'sentinel' ? [servers.sentinelPassword] : [];
  return [...ofRecords, ...ofSessions, ...ofSentinels].filter((secret) => secret !== undefined);
}
