import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningProcess, runProgram, startProcess } from '../processes.ts';
import { findProgram } from '../programs.ts';
import { freePort, temporaryFolder } from '../temporary.ts';
import { makeRedisCertificate, type RedisTlsOptions } from './redisTls.ts';

/** What every Redis rig needs, for `describeWith`. */
export const redisPrograms: readonly string[] = ['redis-server', 'redis-sentinel', 'redis-cli', 'openssl'];

/** One process of redis-server or redis-sentinel on 127.0.0.1. */
export type RedisProcess = {
  readonly port: number;
  /** What it has logged since its last start. */
  output(): string;
  /** What redis-cli prints for a command, sent with every right. @throws Error with what Redis objects to */
  cli(...command: readonly (string | number)[]): Promise<string>;
  /** SIGSTOP: connections stay open, nothing is answered, until {@link resume}. */
  pause(): void;
  resume(): void;
  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void>;
  /** Starts it again on the same port, from its folder; kills it first when it runs. */
  restart(): Promise<void>;
};

/** A shape of `RedisLocation` that needs no import of it. */
export type RedisAccess = {
  readonly kind: 'redis';
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: { readonly ca: string | undefined } | undefined;
  readonly prefix: string;
};

export type RedisRigOptions = {
  /** Speaks TLS only, with a certificate of a CA of its own; `true`: for localhost and 127.0.0.1. */
  readonly tls?: boolean | RedisTlsOptions;
  /** Lines as of an ACL file, e.g. `user gakumon on >secret ~g:* +@all`; the user `default` may do everything unless told otherwise. */
  readonly acl?: readonly string[];
  /** Further directives, e.g. `{ 'maxmemory-policy': 'noeviction' }`. */
  readonly config?: Readonly<Record<string, string | number>>;
};

export type RedisSetting = {
  readonly mode: 'server' | 'sentinel';
  readonly port: number;
  readonly tls: { readonly ca: string; readonly files: RedisTlsFiles } | undefined;
  /** Lines of its configuration file, beside what every one gets. */
  readonly lines: readonly string[];
};
export type RedisTlsFiles = { readonly ca: string; readonly certificate: string; readonly key: string };

/** The account with which the rigs themselves come in: it works also where `default` is closed. */
export const rigUser = { name: 'rig', password: 'rig-password' };

/** A port, and the files of TLS where it is asked for. */
export async function prepareRedis(options: RedisRigOptions): Promise<Pick<RedisSetting, 'port' | 'tls'>> {
  const tls = options.tls === true ? {} : options.tls || undefined;
  return { port: await freePort(), tls: tls && (await makeRedisCertificate(tls)) };
}

/** Directives and ACL lines as the configuration file wants them. */
export function writeRedisLines({ acl = [], config = {} }: RedisRigOptions): readonly string[] {
  return [...Object.entries(config).map(([name, value]) => `${name} ${value}`), ...acl];
}

/** Starts a server or a Sentinel; the last test of the file stops it. @throws Error with its output when it does not come up */
export async function startRedis(setting: RedisSetting): Promise<RedisProcess> {
  const folder = await temporaryFolder();
  const file = join(folder, 'redis.conf');
  await writeFile(file, [...standardLines(setting, folder), ...setting.lines, ''].join('\n'));
  let running: RunningProcess | undefined;
  const start = async (): Promise<void> => {
    running = startProcess(required(setting.mode === 'server' ? 'redis-server' : 'redis-sentinel'), [file]);
    await running.waitFor(setting.mode === 'server' ? /Ready to accept connections/ : /Sentinel ID is/);
  };
  const kill = async (): Promise<void> => {
    running?.kill('SIGKILL');
    await running?.exited;
  };
  await start();
  return {
    port: setting.port,
    output: () => running?.output() ?? '',
    cli: (...command) => runCli(setting, command),
    pause: () => running?.kill('SIGSTOP'),
    resume: () => running?.kill('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      await start();
    },
  };
}

function standardLines({ mode, port, tls }: RedisSetting, folder: string): readonly string[] {
  return [
    'bind 127.0.0.1',
    `dir ${folder}`,
    `user ${rigUser.name} on >${rigUser.password} ~* &* +@all`,
    ...(tls === undefined ? [`port ${port}`] : ['port 0', `tls-port ${port}`, ...tlsLines(tls.files)]),
    ...(mode === 'server' ? ['save ""', 'enable-debug-command yes', 'repl-diskless-sync-delay 0'] : []),
  ];
}

const tlsLines = ({ ca, certificate, key }: RedisTlsFiles): readonly string[] => [
  `tls-cert-file ${certificate}`,
  `tls-key-file ${key}`,
  `tls-ca-cert-file ${ca}`,
  'tls-auth-clients no',
  'tls-replication yes',
];

async function runCli({ port, tls }: RedisSetting, command: readonly (string | number)[]): Promise<string> {
  const encryption = tls === undefined ? [] : ['--tls', '--insecure'];
  const account = ['--user', rigUser.name, '--pass', rigUser.password, '--no-auth-warning'];
  const options = ['-h', '127.0.0.1', '-p', String(port), '-e', ...account, ...encryption];
  const { code, stdout, stderr } = await runProgram(required('redis-cli'), [...options, ...command.map(String)]);
  if (code !== 0) throw new Error(`redis-cli ${command.join(' ')}: ${stdout}${stderr}`);
  return stdout.trim();
}

function required(program: string): string {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  return path;
}

/** Polls until `check` holds. @throws Error after half a minute */
export async function waitForRedis(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`gave up waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
