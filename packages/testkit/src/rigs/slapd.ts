import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type RunningProcess, runProgram, startProcess } from '../processes.ts';
import { freePort, temporaryFolder } from '../temporary.ts';
import { required } from './postgresServer.ts';
import { makeRedisCertificate, type RedisTlsOptions } from './redisTls.ts';
import { slapdPolicyDn, writeSlapdConfig } from './slapdFiles.ts';
import { type LdifChange, type LdifEntry, type LdifValue, writeLdif, writeLdifChanges } from './slapdLdif.ts';
import { slapdBase, slapdRoot, slapdTree } from './slapdTree.ts';

/** What the rig needs, for `describeWith`. */
export const slapdPrograms: readonly string[] = ['slapd', 'ldapmodify', 'ldapdelete', 'ldapsearch', 'openssl'];

export type SlapdOptions = {
  /** Speaks LDAPS on a second port and StartTLS on the first, with a certificate of a CA of its own; `true`: for localhost and 127.0.0.1. */
  readonly tls?: boolean | RedisTlsOptions;
  /** Attributes of the password policy, such as `{ pwdMaxFailure: 5, pwdLockout: 'TRUE' }`; left out: there is none. */
  readonly policy?: Readonly<Record<string, LdifValue>>;
  /** Whether the one who searches may set everybody's password. */
  readonly serviceSetsPasswords?: boolean;
  /** Entries beside the small tree of `slapdTree`. */
  readonly entries?: readonly LdifEntry[];
  /** Further lines of slapd.conf, for its database. */
  readonly lines?: readonly string[];
};

/** One slapd of the test file's own. */
export type PrivateSlapd = {
  readonly port: number;
  /** `ldap://127.0.0.1:PORT`. */
  readonly url: string;
  /** `ldaps://127.0.0.1:PORT`; undefined without TLS. */
  readonly secureUrl: string | undefined;
  /** PEM of the CA that signed its certificate; undefined without TLS. */
  readonly ca: string | undefined;
  /** As the one who may do everything, operational attributes such as `pwdChangedTime` and referrals included. */
  add(...entries: readonly LdifEntry[]): Promise<void>;
  change(...changes: readonly LdifChange[]): Promise<void>;
  remove(...dns: readonly string[]): Promise<void>;
  /** LDIF of what ldapsearch finds as the one who may do everything, without line breaks inside values. */
  search(filter: string, ...attributes: readonly string[]): Promise<string>;
  /** SIGSTOP: connections stay open, new ones are taken by the system, nothing is answered, until {@link resume}. */
  pause(): void;
  resume(): void;
  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void>;
  /** Starts it again on the same ports, with its data; kills it first when it runs. */
  restart(): Promise<void>;
  output(): string;
};

/**
 * Starts a slapd on loopback with the tree of `slapdTree`; the last test of the file stops it. Make one for a whole test
 * file (`beforeAll`), and let tests differ by their people.
 * @throws Error with its output when it does not come up
 */
export async function privateSlapd(options: SlapdOptions = {}): Promise<PrivateSlapd> {
  const folder = await temporaryFolder();
  const prepared = await prepare(folder, options);
  let running: RunningProcess | undefined;
  const start = async (): Promise<void> => {
    running = startProcess(required('slapd'), ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', prepared.listen]);
    await untilItListens(prepared.port, running);
  };
  const kill = async (): Promise<void> => {
    running?.kill('SIGKILL');
    await running?.exited;
  };
  await start();
  const tools = toolsAt(prepared.url);
  await tools.add(...slapdTree, ...policyEntries(options.policy), ...(options.entries ?? []));
  return {
    ...prepared,
    ...tools,
    pause: () => {
      running?.kill('SIGSTOP');
      if (running !== undefined) waitUntilStopped(running.pid);
    },
    resume: () => running?.kill('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    output: () => running?.output() ?? '',
  };
}

/** The signal reaches threads one by one; until it has, one of them may still answer. */
function waitUntilStopped(pid: number): void {
  const tasks = `/proc/${pid}/task`;
  const isStopped = (task: string): boolean => / [TtZX] /.test(readFileSync(join(tasks, task, 'stat'), 'utf8'));
  while (!readdirSync(tasks).every(isStopped));
}

async function prepare(folder: string, options: SlapdOptions) {
  const tls = options.tls === true ? {} : options.tls || undefined;
  const [port, securePort] = [await freePort(), await freePort()];
  const certificate = tls && (await makeRedisCertificate(tls));
  await mkdir(join(folder, 'data'));
  const config = writeSlapdConfig({
    folder,
    certificate: certificate?.files,
    withPolicy: options.policy !== undefined,
    serviceSetsPasswords: options.serviceSetsPasswords ?? false,
    lines: options.lines ?? [],
  });
  await writeFile(join(folder, 'slapd.conf'), config);
  const url = `ldap://127.0.0.1:${port}`;
  const secureUrl = tls && `ldaps://127.0.0.1:${securePort}`;
  const listen = secureUrl === undefined ? `${url}/` : `${url}/ ${secureUrl}/`;
  return { port, url, secureUrl, ca: certificate?.ca, listen };
}

function policyEntries(policy: SlapdOptions['policy']): LdifEntry[] {
  if (policy === undefined) return [];
  const attributes = { objectClass: ['device', 'pwdPolicy'], cn: 'default', pwdAttribute: 'userPassword', ...policy };
  return [{ dn: slapdPolicyDn, attributes }];
}

type Tools = Pick<PrivateSlapd, 'add' | 'change' | 'remove' | 'search'>;

function toolsAt(url: string): Tools {
  const login = ['-H', url, '-x', '-D', slapdRoot.dn, '-w', slapdRoot.password];
  // Referrals are written and read like any entry, and what the server keeps for itself may be set
  const special = ['-M', '-e', 'relax'];
  return {
    add: async (...entries) => void (await run('ldapmodify', ['-a', ...special, ...login], writeLdif(entries))),
    change: async (...changes) => void (await run('ldapmodify', [...special, ...login], writeLdifChanges(changes))),
    remove: async (...dns) => void (await run('ldapdelete', ['-M', ...login, ...dns])),
    search: (filter, ...attributes) =>
      run('ldapsearch', [...login, '-M', '-LLL', '-o', 'ldif-wrap=no', '-b', slapdBase, filter, ...attributes]),
  };
}

async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  // Nothing of the machine's own ldap.conf
  const { code, stdout, stderr } = await runProgram(required(program), args, { input, env: { LDAPNOINIT: '1' } });
  if (code !== 0) throw new Error(`${program}: ${stdout}${stderr}`);
  return stdout;
}

/** It says nothing when it is ready. */
async function untilItListens(port: number, running: RunningProcess): Promise<void> {
  let ended = false;
  void running.exited.then(() => {
    ended = true;
  });
  const deadline = performance.now() + 30_000;
  while (!(await takesConnections(port))) {
    if (ended || performance.now() > deadline) throw new Error(`slapd did not come up:\n${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
