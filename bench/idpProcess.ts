import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..');
const command = join(root, 'bin/gakumon.mjs');
export const person = { username: 's1234567', password: 'gakumon-demo' } as const;

export type RunningIdp = {
  readonly pid: number;
  /** Where it says that it is: where requests are sent to, as SPs see it. */
  readonly baseUrl: string;
  /** Where this process listens. */
  readonly url: string;
  /** Starts one more process on the same state. The first one must be stopped last. */
  startAnother(): Promise<RunningIdp>;
  stop(): Promise<void>;
};

/** Where sessions are kept, as in gakumon.yaml. */
export type SessionsPlace = 'records' | 'memory' | `redis://${string}`;

/**
 * Starts a real IdP in a process of its own, as `gakumon serve` does, with its state in a temporary folder.
 * @param spMetadata what it knows of the SPs
 * @param users a users.yaml; with `person` alone when undefined
 * @param flags more of them for Node
 */
export async function startIdp(
  sessions: SessionsPlace,
  spMetadata: readonly string[],
  users?: string,
  flags: readonly string[] = [],
): Promise<RunningIdp> {
  const folder = mkdtempSync(join(tmpdir(), 'gakumon-bench-'));
  const port = await freePort();
  const baseUrl = `http://localhost:${port}`;
  install(folder, baseUrl, sessions);
  if (users !== undefined) writeFileSync(join(folder, 'users.yaml'), users);
  spMetadata.forEach((xml, index) => {
    writeFileSync(join(folder, 'metadata', `sp${index}.xml`), xml);
  });
  const first = await serve(folder, baseUrl, port, flags);
  const stop = async (): Promise<void> => {
    await first.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...first, stop };
}

async function serve(folder: string, baseUrl: string, port: number, flags: readonly string[]): Promise<RunningIdp> {
  // With the flags that `gakumon serve` gives itself, so that it serves in this very process.
  const own = ['--max-semi-space-size=8', ...flags];
  const child = spawn(process.execPath, [...own, command, '--config', join(folder, 'gakumon.yaml'), 'serve'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, GAKUMON_PORT: String(port) },
  });
  await ready(child);
  return {
    pid: child.pid ?? 0,
    baseUrl,
    url: `http://localhost:${port}`,
    startAnother: async () => serve(folder, baseUrl, await freePort(), flags),
    stop: async () => {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('close', resolve));
    },
  };
}

function install(folder: string, baseUrl: string, sessions: string): void {
  const flags = ['--base-url', baseUrl, '--scope', 'example.ac.jp', '--org-ja', '例大学', '--org-en', 'Example'];
  gakumon(['init', '--dir', folder, ...flags]);
  const passwordHash = gakumon(['user', 'hash'], `${person.password}\n`).trim();
  const attributes = { displayName: 'Hanako Yamada', jaDisplayName: '山田 花子', affiliation: ['student'] };
  const people = [{ username: person.username, passwordHash, groups: ['students'], attributes }];
  writeFileSync(join(folder, 'users.yaml'), JSON.stringify({ version: 1, people }));
  const release = ['displayName', 'jaDisplayName', 'eduPersonPrincipalName', 'eduPersonScopedAffiliation'];
  const rules = [{ name: 'bench', to: 'any', release }];
  writeFileSync(join(folder, 'release.yaml'), JSON.stringify({ version: 1, rules }));
  const config = join(folder, 'gakumon.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace('sessions: records', `sessions: ${sessions}`));
}

function gakumon(args: readonly string[], input = ''): string {
  return execFileSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Waits for its `ready` line; goes on reading, so that its log never blocks it. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`gakumon serve ended with ${code}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve();
    });
  });
}

/** A TCP port of 127.0.0.1 that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)));
    });
  });
}
