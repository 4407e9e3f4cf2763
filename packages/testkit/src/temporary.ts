import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const removedAtEnd: string[] = [];

/** Somebody may still be writing into it. */
const patiently = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 } as const;

afterAll(async () => {
  await Promise.all(removedAtEnd.splice(0).map((folder) => rm(folder, patiently)));
});

/** A fresh folder of this test file's own, removed after its last test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-test-'));
  removedAtEnd.push(folder);
  return folder;
}

/** A TCP port of 127.0.0.1 that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)));
    });
  });
}
