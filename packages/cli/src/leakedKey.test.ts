import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  describeWith,
  freePort,
  postgresPrograms,
  postgresUser,
  privatePostgres,
  type RunningProcess,
  runProgram,
  startProcess,
  temporaryFolder,
} from '@gakumon/testkit';
import { beforeEach, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');

type Node = { readonly folder: string; readonly env: Record<string, string | undefined> };

const gakumon = ({ folder, env }: Node, ...args: string[]) =>
  runProgram(process.execPath, [bin, ...args], { cwd: folder, env });

async function serve({ folder, env }: Node): Promise<RunningProcess> {
  const server = startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
  await server.waitFor(/^ready http:/);
  return server;
}

const keyFile = ({ folder }: Node): string => join(folder, 'certs/sealing.key');
const withRule = (name: string): string => `version: 1\nrules: [{ name: ${name}, to: any, release: [mail] }]\n`;

describeWith(postgresPrograms, 'two nodes on PostgreSQL, when a sealing key has leaked', () => {
  let [one, two]: Node[] = [];
  beforeEach(async () => {
    const folder = await temporaryFolder();
    const postgres = await privatePostgres();
    const { database } = await postgres.createDatabase();
    const flags = ['--base-url', 'http://localhost:8080', '--scope', 'example.ac.jp', '--org-ja', '大学'];
    const made = join(folder, 'one');
    const init = [bin, 'init', '--dir', made, ...flags, '--org-en', 'University'];
    expect(await runProgram(process.execPath, init, { cwd: folder })).toMatchObject({ code: 0 });
    const file = join(made, 'gakumon.yaml');
    const url = `postgres://${postgresUser.name}@127.0.0.1:${postgres.port}/${database}?sslmode=disable`;
    const stores = `stores: { records: { postgres: { url: '${url}', password: { env: PASSWORD } } } }`;
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^stores: .*$/m, stores));
    await cp(made, join(folder, 'two'), { recursive: true });
    const node = async (name: string): Promise<Node> => ({
      folder: join(folder, name),
      env: {
        GAKUMON_CONFIG: undefined,
        GAKUMON_PORT: String(await freePort()),
        npm_lifecycle_event: undefined,
        PASSWORD: postgresUser.password,
      },
    });
    one = await node('one');
    two = await node('two');
  });

  const nodes = (): readonly [Node, Node] => {
    if (one === undefined || two === undefined) throw new Error('no nodes');
    return [one, two];
  };

  test('attack: the procedure leaves nothing under a key that nobody has, and edits go on being shared', async () => {
    const [one, two] = nodes();
    const [first, second] = [await serve(one), await serve(two)];
    const [old] = JSON.parse((await gakumon(one, 'keys', 'list', '--json')).stdout).sealing;
    expect(await gakumon(one, 'keys', 'sealing', 'add')).toMatchObject({ code: 0 });
    await copyFile(keyFile(one), keyFile(two));
    await second.waitFor(/sealing keys read again/);
    const [, added] = JSON.parse((await gakumon(one, 'keys', 'list', '--json')).stdout).sealing;
    expect(await gakumon(one, 'keys', 'sealing', 'use', added.id, '--copied')).toMatchObject({ code: 0 });
    await copyFile(keyFile(one), keyFile(two));
    expect(await gakumon(one, 'keys', 'sealing', 'retire', old.id, '--force')).toMatchObject({ code: 0 });
    await copyFile(keyFile(one), keyFile(two));
    const keys = JSON.parse((await gakumon(two, 'keys', 'list', '--json')).stdout).sealing;
    expect(keys).toEqual([expect.objectContaining({ id: added.id, state: 'seals' })]);

    await writeFile(join(one.folder, 'release.yaml'), withRule('after-the-leak'));
    await second.waitFor(/document taken over from another node/);
    await second.stop();
    const again = await serve(two);
    await again.waitFor(/the file on this node is an old one/);
    expect((await gakumon(two, 'documents', 'list')).stderr).toBe('');
    expect((await gakumon(two, 'check')).stdout).not.toContain('not shared');
    await Promise.all([first.stop(), again.stop()]);
  });

  test('attack: a key that was taken away by hand: check, the list and the log say so, and an edit ends it', async () => {
    const [one, two] = nodes();
    const before = await serve(one);
    await before.stop();
    const fresh = (await runProgram('openssl', ['rand', '-base64', '32'])).stdout;
    for (const node of [one, two]) await writeFile(keyFile(node), fresh);
    const [first, second] = [await serve(one), await serve(two)];
    await second.waitFor(/a document is not shared/);
    const listed = await gakumon(two, 'documents', 'list');
    expect(listed.stderr).toMatch(/release is not shared between the nodes: it is sealed under the key [0-9a-f]{8}/);
    expect(await gakumon(two, 'check')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^fail {2}document {3}release is not shared between the nodes/m),
    });
    await writeFile(join(one.folder, 'release.yaml'), withRule('edited'));
    await first.waitFor(/document published/);
    await second.waitFor(/document taken over from another node/);
    const shown = await gakumon(two, 'documents', 'show', 'release');
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('edited') });
    await Promise.all([first.stop(), second.stop()]);
  });
});
