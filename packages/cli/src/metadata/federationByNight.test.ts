import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finished, temporaryFolder, testKeys } from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DocumentServer, startDocumentServer } from './testing/documentServer.ts';
import { type Member, signedFederation } from './testing/federation.ts';
import { install } from './testing/runGakumon.ts';

const day = 86_400_000;
const many = Array.from({ length: 20 }, (_, at) => `sp${at}`);
const idOf = (id: string): string => `https://${id}.example.org/sp`;
const publish = (members: readonly (Member | string)[], days = 14, key = testKeys.idpSigning): string =>
  signedFederation(members, Date.now() + days * day, key);

let folder: string;
let gakumon: (...args: string[]) => Promise<Finished>;
let server: DocumentServer;

const metadata = (...args: string[]): Promise<Finished> => gakumon('metadata', ...args);
const json = async (...args: string[]) => JSON.parse((await metadata(...args, '--json')).stdout);

/** Each test goes on where the one before it left the federation. */
beforeAll(async () => {
  folder = await temporaryFolder();
  gakumon = await install(folder);
  server = await startDocumentServer();
  await writeFile(join(folder, 'signer.crt'), testKeys.idpSigning.certificatePem);
});
afterAll(() => server.close());

describe('a federation that is asked by its address', () => {
  test('what is refused is not followed', async () => {
    server.put(publish(many, 14, testKeys.stranger));
    const { code, stdout, stderr } = await metadata('load', server.url, '--cert', 'signer.crt');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/configured.*[0-9A-F:]{95}/);
    expect((await json('sources')).map(({ name }: { name: string }) => name)).not.toContain('federation');
  });

  test('is verified once, and asked from then on', async () => {
    server.put(publish(many));
    const { code, stdout } = await metadata('load', server.url, '--cert', 'signer.crt', '--max-validity', 'P15D');
    expect([code, stdout]).toEqual([0, 'loaded federation: 20 service providers, asked every 1 hour\n']);
    expect(await json('list')).toHaveLength(20);
    const [source] = (await json('sources')).filter(({ name }: { name: string }) => name === 'federation');
    expect(source).toMatchObject({ kind: 'url', origin: server.url, serviceProviders: 20, held: [] });
    expect(Date.parse(source.validUntil) - Date.now()).toBeGreaterThan(13 * day);
  });

  test('the same document is told as such, by a conditional question', async () => {
    const { code, stdout } = await metadata('refresh');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^federation: unchanged: valid until \d.*, taken \d+ seconds? ago$/m),
    ]);
    expect(server.answers.at(-1)).toBe(304);
  });

  test('diff says what a refresh would change, and changes nothing', async () => {
    const [first, ...others] = many;
    server.put(publish([{ id: first ?? '', acs: 'https://sp0.example.org/new' }, ...others, 'fresh']));
    const { code, stdout } = await metadata('diff', 'federation');
    expect([code, stdout.split('\n')]).toEqual([
      0,
      [
        'federation: a refresh would change: 1 came, 1 changed',
        `  ~ ${idOf('sp0')} (sp0)`,
        `      endpoints: - ${idOf('sp0')}/acs`,
        '      endpoints: + https://sp0.example.org/new',
        `      default endpoint: - ${idOf('sp0')}/acs`,
        '      default endpoint: + https://sp0.example.org/new',
        `  + ${idOf('fresh')} (fresh)`,
        '  1 came, 1 changed',
        '',
      ],
    ]);
    expect(await json('diff')).toMatchObject([
      { source: 'federation', entityID: idOf('sp0'), change: 'changed', changes: [{ aspect: 'endpoints' }, {}] },
      { source: 'federation', entityID: idOf('fresh'), change: 'came' },
    ]);
    expect(await json('list')).toHaveLength(20);
  });

  test('refresh takes it, and diff --previous tells it afterwards', async () => {
    const { code, stdout } = await metadata('refresh', 'federation');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^federation: new: 1 came, 1 changed; valid until/)]);
    expect((await metadata('diff', '--previous')).stdout).toContain('1 came, 1 changed');
    expect(await json('list')).toHaveLength(21);
  });

  test('a signer that changed is refused, with both fingerprints; what was good serves on', async () => {
    server.put(publish(many, 14, testKeys.stranger));
    const { code, stdout, stderr } = await metadata('refresh');
    expect([code, stderr]).toEqual([1, expect.stringContaining('1 document was not taken')]);
    expect(stdout).toMatch(/^federation: refused: .*signature/);
    expect(stdout.match(/[0-9A-F:]{95}/g)?.length).toBeGreaterThanOrEqual(2);
    expect(await json('list')).toHaveLength(21);
    const checked = await gakumon('check');
    expect(checked.stdout).toMatch(/^warn {2}metadata .*federation: .*serves on/m);
  });

  test('one that lost too much is held back: told, shown, and taken only when an operator says so', async () => {
    server.put(publish(['sp0', 'sp1', 'fresh']));
    const { code, stdout, stderr } = await metadata('refresh');
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^federation: held: 18 of 21 service providers are gone.*--accept [0-9a-f]{16} takes it/),
    ]);
    expect(stderr).toMatch(/hint: gakumon metadata diff federation .*--accept [0-9a-f]{16}/);
    expect(await json('list')).toHaveLength(21);
    expect((await metadata('diff')).stdout).toMatch(/^federation: held back: .*\n(.*\n)*.*18 went, 1 changed\n$/);
    expect((await gakumon('check')).stdout).toMatch(/^warn {2}metadata .*held back/m);
    const accepted = await metadata('refresh', '--accept');
    expect([accepted.code, accepted.stdout]).toEqual([
      0,
      expect.stringMatching(/^federation: new: 18 went, 1 changed/),
    ]);
    expect(await json('list')).toHaveLength(3);
  });

  test('attack: what came to be held after an operator looked is not what he accepts', async () => {
    server.put(publish(many));
    expect(await metadata('refresh')).toMatchObject({ code: 0 });
    server.put(publish(many.slice(0, 15)));
    const [seen] = JSON.parse((await metadata('refresh', '--json')).stdout);
    // What a running server does: it tells nobody.
    const unseen = async (): Promise<void> => {
      server.put(publish(['sp0']));
      await metadata('refresh');
      const [held] = (await json('sources')).find(({ name }: { name: string }) => name === 'federation').held;
      const folders = await readdir(join(folder, 'metadata-cache'), { recursive: true });
      for (const told of folders.filter((path) => path.endsWith('/told')))
        await rm(join(folder, 'metadata-cache', told));
      expect(held.sha256).not.toBe(seen.sha256);
    };
    await unseen();
    expect(await metadata('refresh', 'federation', '--accept', seen.sha256)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`no document that is held back begins with ${seen.sha256}`),
    });
    expect(await metadata('refresh', 'federation', '--accept')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nobody was told yet of the document that is held back now: 19 of 20'),
    });
    expect(await json('list')).toHaveLength(20);
    const { stdout } = await metadata('diff', 'federation');
    const [, hash = ''] = /--accept ([0-9a-f]{16}) would change/.exec(stdout) ?? [];
    server.put(publish(many.slice(0, 2)));
    expect(await metadata('refresh', '--accept', hash)).toMatchObject({ code: 0 });
    expect(await metadata('refresh', '--accept', hash.slice(0, 8), 'federation')).toMatchObject({ code: 2 });
  });

  test('show tells of one that a filter leaves out', async () => {
    const config = join(folder, 'gakumon.yaml');
    const file = join(folder, 'filtered.xml');
    await writeFile(file, publish(['kept', 'left-out'], 1));
    const written = await readFile(config, 'utf8');
    const source = `{ name: filtered, file: filtered.xml, cert: [signer.crt], filter: { exceptEntityIds: ['${idOf('left-out')}'] } }`;
    expect(written).toContain('sources:');
    await writeFile(
      config,
      written.replace(/sources: *\[?/, (found) =>
        found.endsWith('[') ? `${found}${source}, ` : `${found}\n    - ${source}`,
      ),
    );
    expect((await metadata('show', idOf('kept'))).stdout).toMatch(/^is answered +yes$/m);
    const { code, stderr } = await metadata('show', idOf('left-out'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('stands in filtered, where the filter')]);
  });

  test('a new signer is believed as soon as his certificate stands below the old one', async () => {
    await writeFile(join(folder, 'filtered.xml'), publish(['kept', 'later'], 1, testKeys.stranger));
    expect(await metadata('refresh', 'filtered')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('filtered: refused'),
    });
    expect((await metadata('show', idOf('kept'))).stdout).toMatch(/^is answered +yes$/m);
    await appendFile(join(folder, 'signer.crt'), testKeys.stranger.certificatePem);
    expect(await metadata('refresh', 'filtered')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('filtered: new: 1 came'),
    });
  });

  test('an address that is removed is not asked again', async () => {
    expect(await metadata('remove', 'federation')).toMatchObject({ code: 0, stdout: 'removed federation\n' });
    const asked = server.answers.length;
    expect((await json('sources')).map(({ name }: { name: string }) => name)).not.toContain('federation');
    expect(server.answers).toHaveLength(asked);
  });
});

describe('a hand-loaded aggregate', () => {
  test('that would lose too much is not replaced, unless an operator says so', async () => {
    await writeFile(join(folder, 'ours.xml'), publish(many));
    expect(await metadata('load', 'ours.xml', '--cert', 'signer.crt')).toMatchObject({ code: 0 });
    await writeFile(join(folder, 'ours.xml'), publish(['sp0']));
    const { code, stdout, stderr } = await metadata('load', 'ours.xml', '--cert', 'signer.crt');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/19 of 20 service providers are gone/);
    expect(stderr).toMatch(/--accept/);
    expect(await metadata('load', 'ours.xml', '--cert', 'signer.crt', '--accept')).toMatchObject({ code: 0 });
  });
});
