import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, startServer } from './serverProcess.ts';

const root = join(import.meta.dirname, '..');
const command = join(root, 'bin/gakumon.mjs');
export const person = { username: 's1234567', password: 'gakumon-demo' } as const;

export type RunningIdp = RunningServer & {
  /** With its gakumon.yaml and its state. */
  readonly folder: string;
  /** Where SPs send requests to, as they know it; another process on the same state listens elsewhere. */
  readonly baseUrl: string;
  /** Starts one more process on the same state. The first one must be stopped last. */
  startAnother(): Promise<RunningIdp>;
};

export type IdpOptions = {
  /** Does what is left to be done to its folder before it starts. */
  readonly prepare?: (folder: string) => void;
  /** Takes the lines of its log. */
  readonly onLog?: (line: string) => void;
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
  { prepare, onLog }: IdpOptions = {},
): Promise<RunningIdp> {
  const folder = mkdtempSync(join(tmpdir(), 'gakumon-bench-'));
  const port = await freePort();
  const baseUrl = `http://localhost:${port}`;
  install(folder, baseUrl, sessions);
  if (users !== undefined) writeFileSync(join(folder, 'users.yaml'), users);
  spMetadata.forEach((xml, index) => {
    writeFileSync(join(folder, 'metadata', `sp${index}.xml`), xml);
  });
  prepare?.(folder);
  const first = await serve(folder, baseUrl, port, { flags, onLog });
  const stop = async (): Promise<void> => {
    await first.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...first, stop };
}

async function serve(
  folder: string,
  baseUrl: string,
  port: number,
  how: { readonly flags: readonly string[]; readonly onLog: IdpOptions['onLog'] },
  config = 'gakumon.yaml',
): Promise<RunningIdp> {
  // With the flags that `gakumon serve` gives itself, so that it serves in this very process.
  const own = ['--max-semi-space-size=8', ...how.flags];
  const server = await startServer([...own, command, '--config', join(folder, config), 'serve'], how.onLog);
  const startAnother = async (): Promise<RunningIdp> => {
    const otherPort = await freePort();
    const other = `gakumon-${otherPort}.yaml`;
    const text = readFileSync(join(folder, config), 'utf8');
    writeFileSync(join(folder, other), text.replace(`port: ${port}`, `port: ${otherPort}`));
    return serve(folder, baseUrl, otherPort, how, other);
  };
  return { ...server, folder, baseUrl, startAnother };
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
