import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  describeWith,
  freePort,
  postgresPrograms,
  postgresUser,
  privatePostgres,
  runProgram,
  startProcess,
  temporaryFolder,
} from '@gakumon/testkit';
import { beforeEach, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  const base = `http://localhost:${await freePort()}`;
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'University'];
  expect(await runProgram(process.execPath, [bin, 'init', ...flags], { cwd: folder })).toMatchObject({ code: 0 });
});

/** Starts a server whose records are in this PostgreSQL. */
async function serve(port: number, database: string) {
  const file = join(folder, 'gakumon.yaml');
  const url = `postgres://${postgresUser.name}@127.0.0.1:${port}/${database}?sslmode=disable`;
  const stores = `stores: { records: { postgres: { url: '${url}', password: { env: PASSWORD } } } }`;
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^stores: .*$/m, stores));
  const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, PASSWORD: postgresUser.password };
  return startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
}

test('a server that waits for its store says so, and ends when it is told to', async () => {
  const server = await serve(await freePort(), 'records');
  const line = await server.waitFor(/nobody is served before a store is there/);
  expect(JSON.parse(line)).toMatchObject({
    level: 50,
    reason: expect.stringMatching(/^store-unavailable: PostgreSQL/),
  });
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});

describeWith(postgresPrograms, 'with its PostgreSQL', () => {
  test('a server that was started first serves as soon as that is there', async () => {
    const postgres = await privatePostgres();
    const { database } = await postgres.createDatabase();
    await postgres.stop();
    const server = await serve(postgres.port, database);
    await server.waitFor(/nobody is served before a store is there/);
    await postgres.start();
    const [, url] = /^ready (.*)/.exec(await server.waitFor(/^ready http:/)) ?? [];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await server.stop();
    expect(server.output()).toMatch(/the stores are there/);
  });
});
