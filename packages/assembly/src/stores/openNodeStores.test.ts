import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, parseConfig } from '@gakumon/config';
import {
  describeWith,
  freePort,
  postgresPrograms,
  postgresUser,
  privatePostgres,
  temporaryFolder,
} from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { openNodeStores } from './openNodeStores.ts';

const configOf = (file: string, stores: object): Config =>
  parseConfig(
    JSON.stringify({
      version: 1,
      idp: {
        entityId: 'https://idp.example.ac.jp/idp/shibboleth',
        baseUrl: 'https://idp.example.ac.jp',
        scopes: ['example.ac.jp'],
        organization: { ja: '例の大学', en: 'Example University' },
      },
      directory: [{ name: 'local', file: 'users.yaml' }],
      stores,
    }),
    file,
  );

/** Begins a start whose notices the test waits for. */
function begin(config: Config, env: Record<string, string> = {}) {
  const notices: Notice[] = [];
  const waiting = new Set<() => void>();
  const stop = new AbortController();
  const report = (notice: Notice): void => {
    notices.push(notice);
    for (const look of [...waiting]) look();
  };
  const opened = openNodeStores(config, { clock: Date.now, env, report, signal: stop.signal });
  const told = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      opened.catch(reject);
      const look = (): void => {
        if (!notices.some(({ message, fields }) => pattern.test(`${message} ${fields?.reason}`))) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { opened, notices, told, stop };
}

describe('a node that starts', () => {
  test('does not wait for a file that cannot be opened: that does not come back by waiting', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'records'), 'no database, whatever its length may be');
    const { opened } = begin(configOf(join(folder, 'gakumon.yaml'), { records: 'records' }));
    await expect(opened).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  test('gives up when it is told to end', async () => {
    const url = `postgres://gakumon@127.0.0.1:${await freePort()}/records?sslmode=disable`;
    const { opened, told, stop } = begin(configOf('/site/gakumon.yaml', { records: url }));
    await told(/^nobody is served before a store is there/);
    stop.abort();
    await expect(opened).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('does not wait when a secret is missing', async () => {
    const url = 'postgres://gakumon@127.0.0.1/records?sslmode=disable';
    const { opened } = begin(
      configOf('/site/gakumon.yaml', { records: { postgres: { url, password: { env: 'PW' } } } }),
    );
    await expect(opened).rejects.toMatchObject({ code: 'key-missing' });
  });
});

describeWith(postgresPrograms, 'a node that starts before its PostgreSQL', () => {
  test('tells what it waits for, once for each reason, and goes on by itself', async () => {
    const server = await privatePostgres();
    const { database } = await server.createDatabase();
    await server.stop();
    const folder = await temporaryFolder();
    const password = join(folder, 'password');
    await writeFile(password, 'correct-horse');
    const url = `postgres://${postgresUser.name}@127.0.0.1:${server.port}/${database}?sslmode=disable`;
    const records = { postgres: { url, password: { file: password } } };
    const { opened, notices, told } = begin(configOf(join(folder, 'gakumon.yaml'), { records }));
    await told(/ECONNREFUSED|refuse/i);
    await server.start();
    await told(/password/);
    await rm(password);
    await writeFile(password, postgresUser.password);
    const { stores, revocationWatch } = await opened;
    expect(revocationWatch.isRevoked({ id: undefined, username: 's1234567' as never, createdAt: 0 })).toBe(false);
    expect(notices.at(-1)).toEqual({ level: 'info', message: 'the stores are there' });
    const reasons = notices.map(({ fields }) => fields?.reason);
    expect(reasons).toEqual([...new Set(reasons)]);
    expect(JSON.stringify(notices)).not.toContain('correct-horse');
    await stores.close();
  }, 60_000);
});
