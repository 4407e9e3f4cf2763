import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slapdPolicyDn, writeSlapdConfig } from '../packages/testkit/src/rigs/slapdFiles.ts';
import { type LdifEntry, type LdifValue, writeLdif } from '../packages/testkit/src/rigs/slapdLdif.ts';
import { slapdBase, slapdService, slapdTree } from '../packages/testkit/src/rigs/slapdTree.ts';
import { freePort } from './idpProcess.ts';

export type RunningSlapd = {
  readonly pid: number;
  /** What `directory` of gakumon.yaml says of it. */
  readonly directory: { readonly name: string; readonly ldap: object };
  stop(): Promise<void>;
};

/** Puts a directory in the place of users.yaml in the configuration of a folder. */
export function useDirectory(folder: string, directory: object): void {
  const file = join(folder, 'gakumon.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^ {2}- \{ name: local, file: users.yaml \}$/m, `  - ${JSON.stringify(directory)}`));
}

/** Starts a slapd of its own on 127.0.0.1, with a password policy, the small tree of the tests, and more people. */
export async function startSlapd(
  people: readonly LdifEntry[] = [],
  policy: Readonly<Record<string, LdifValue>> = {},
): Promise<RunningSlapd> {
  const folder = mkdtempSync(join(tmpdir(), 'gakumon-bench-slapd-'));
  const config = join(folder, 'slapd.conf');
  mkdirSync(join(folder, 'data'));
  writeFileSync(
    config,
    writeSlapdConfig({ folder, certificate: undefined, withPolicy: true, serviceSetsPasswords: false, lines: [] }),
  );
  const rules = { objectClass: ['device', 'pwdPolicy'], cn: 'default', pwdAttribute: 'userPassword', ...policy };
  const entries = [...slapdTree, { dn: slapdPolicyDn, attributes: rules }, ...people];
  execFileSync('slapadd', ['-q', '-f', config], { input: writeLdif(entries), stdio: ['pipe', 'ignore', 'ignore'] });
  const port = await freePort();
  const child = spawn('slapd', ['-d', '0', '-f', config, '-h', `ldap://127.0.0.1:${port}/`], { stdio: 'ignore' });
  await untilItListens(port);
  return {
    pid: child.pid ?? 0,
    directory: directoryAt(port, folder),
    stop: async () => {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('close', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function directoryAt(port: number, folder: string): RunningSlapd['directory'] {
  const password = join(folder, 'service-password');
  writeFileSync(password, slapdService.password, { mode: 0o600 });
  return {
    name: 'students',
    ldap: {
      dialect: 'openldap',
      servers: [`ldap://127.0.0.1:${port}`],
      bind: { dn: slapdService.dn, password: { file: password } },
      people: { base: `ou=people,${slapdBase}` },
      attributes: { names: { jaDisplayName: 'displayName;lang-ja' } },
    },
  };
}

async function untilItListens(port: number): Promise<void> {
  const deadline = performance.now() + 20_000;
  const takesConnections = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  while (!(await takesConnections())) {
    if (performance.now() > deadline) throw new Error('slapd did not come up');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
