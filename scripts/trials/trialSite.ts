import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  freePort,
  haproxyPrograms,
  type PretendSp,
  type PrivatePostgres,
  type PrivateSentinels,
  postgresPrograms,
  postgresUser,
  pretendSp,
  privateHaproxy,
  privatePostgres,
  privateSentinels,
  type ReadIdp,
  readIdpMetadata,
  redisPrograms,
  runProgram,
  temporaryFolder,
} from '@gakumon/testkit';
import { type TrialNode, trialNode } from './trialNode.ts';
import { makePeople, scope, type TrialPerson, writePeople } from './trialPeople.ts';

const command = join(import.meta.dirname, '../../bin/gakumon.mjs');

/** What it needs, for `describeWith`. */
export const trialPrograms: readonly string[] = [
  ...new Set([...redisPrograms, ...postgresPrograms, ...haproxyPrograms]),
];

/** A whole site: two nodes behind a balancer, Redis with Sentinels, PostgreSQL; every part a process of its own. */
export type TrialSite = {
  readonly baseUrl: string;
  /** PEM: whom browsers trust. */
  readonly ca: string;
  /** As SPs know it. */
  readonly idp: ReadIdp;
  readonly sps: readonly PretendSp[];
  readonly people: readonly TrialPerson[];
  readonly redis: PrivateSentinels;
  readonly postgres: PrivatePostgres;
  /** The database of the records. */
  readonly database: string;
  readonly nodes: readonly [TrialNode, TrialNode];
  /** The operator ends all sessions of somebody; done when this resolves. */
  revoke(person: TrialPerson): Promise<void>;
};

/** Starts one; what it started is stopped after the last test of the file. It takes some ten seconds. */
export async function openTrialSite(peopleCount: number): Promise<TrialSite> {
  const [postgres, redis, folder] = await Promise.all([privatePostgres(), privateSentinels(), temporaryFolder()]);
  const [port, ...nodePorts] = [await freePort(), await freePort(), await freePort()] as const;
  const baseUrl = `https://127.0.0.1:${port}`;
  await runGakumon('init', '--dir', folder, ...initFlags(baseUrl));
  const people = makePeople(peopleCount);
  await writeFile(join(folder, 'users.yaml'), await writePeople(people));
  await writeFile(join(folder, 'release.yaml'), JSON.stringify(releaseRules));
  const sps = [1, 2, 3].map(makeSp);
  await Promise.all(sps.map((sp, index) => writeFile(join(folder, 'metadata', `sp${index}.xml`), sp.metadata())));
  const { database } = await postgres.createDatabase();
  const stores = { records: recordsOf(postgres, database), sessions: sessionsOf(redis) };
  const configs = await writeConfigs(folder, stores, nodePorts);
  const nodes = [trialNode('node 1', configs[0], nodePorts[0]), trialNode('node 2', configs[1], nodePorts[1])] as const;
  await Promise.all(nodes.map((node) => node.start()));
  const { ca } = await privateHaproxy(port, nodePorts);
  const metadata = await fetch(`http://127.0.0.1:${nodePorts[0]}/idp/shibboleth`);
  return {
    baseUrl,
    ca,
    idp: readIdpMetadata(await metadata.text()),
    sps,
    people,
    redis,
    postgres,
    database,
    nodes,
    revoke: ({ username }) => untilRevoked(configs[0], username),
  };
}

const initFlags = (baseUrl: string): readonly string[] => [
  ...['--base-url', baseUrl],
  ...['--scope', scope],
  ...['--org-ja', '学問大学'],
  ...['--org-en', 'Gakumon University'],
  ...['--support-url', 'https://www.example.ac.jp/help'],
];

/** Enough to tell people apart. */
const releaseRules = {
  version: 1,
  rules: [{ name: 'everybody', to: 'any', release: ['eduPersonPrincipalName'] }],
};

/** Of three services one wants everything encrypted. */
function makeSp(number: number): PretendSp {
  return pretendSp({
    entityId: `https://sp${number}.example.org/shibboleth`,
    acs: [`https://sp${number}.example.org/acs`],
    ...(number === 1 ? {} : { encryptionKeys: [] }),
    newId: () => `_${randomUUID()}`,
  });
}

const recordsOf = ({ port }: PrivatePostgres, database: string) => {
  const url = `postgres://${postgresUser.name}@127.0.0.1:${port}/${database}?sslmode=disable`;
  return { postgres: { url, password: { file: 'certs/postgres.password' }, pool: 4 } };
};

function sessionsOf(redis: PrivateSentinels) {
  const { name, sentinels } = redis.location('').servers;
  return { sentinel: { name, sentinels: sentinels.map(({ host, port }) => `${host}:${port}`) } };
}

/** One gakumon.yaml for each node; they differ in their ports alone. */
async function writeConfigs(
  folder: string,
  stores: object,
  ports: readonly [number, number],
): Promise<readonly [string, string]> {
  await writeFile(join(folder, 'certs/postgres.password'), postgresUser.password, { mode: 0o600 });
  const text = await readFile(join(folder, 'gakumon.yaml'), 'utf8');
  const write = async (name: string, port: number): Promise<string> => {
    const file = join(folder, name);
    const changed = [
      [/^stores: .*$/m, `stores: ${JSON.stringify(stores)}`],
      [/^ {2}port: .*$/m, `  port: ${port}`],
      [/^ {2}trustedProxies: .*$/m, '  trustedProxies: [127.0.0.1]'],
    ] as const;
    await writeFile(
      file,
      changed.reduce((config, [line, written]) => replaceLine(config, line, written), text),
    );
    return file;
  };
  return [await write('gakumon.yaml', ports[0]), await write('gakumon-2.yaml', ports[1])];
}

function replaceLine(text: string, line: RegExp, written: string): string {
  if (!line.test(text)) throw new Error(`gakumon init writes no line ${line}`);
  return text.replace(line, () => written);
}

async function runGakumon(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(process.execPath, [command, ...args], {
    env: { GAKUMON_PORT: undefined, GAKUMON_CONFIG: undefined },
  });
  if (code !== 0) throw new Error(`gakumon ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** As an operator does who is told to repeat it. */
async function untilRevoked(config: string, username: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await runGakumon('--config', config, 'user', 'revoke', username);
      return;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}
