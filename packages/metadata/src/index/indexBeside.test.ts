import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { indexed, judgedAt, plainSource } from '../fixtures/indexed.ts';
import { madeAggregate, signed, unsigned } from '../fixtures/madeMetadata.ts';
import { indexDocument } from './indexDocument.ts';

const { idpSigning, stranger } = testKeys;
const ids = Array.from({ length: 3000 }, (_, at) => `https://sp${at}.example.org/sp`);
const document = () => signed(madeAggregate(ids, { validUntil: judgedAt + 1000 }), idpSigning);

/** The copy, as far as it has come. */
async function attempt(
  pieces: Uint8Array | Iterable<Uint8Array>,
  into: string,
  options: { signal?: AbortSignal; keys?: Parameters<typeof indexDocument>[1]['keys'] } = {},
): Promise<unknown> {
  const source = plainSource;
  const list = pieces instanceof Uint8Array ? [pieces] : pieces;
  return indexDocument(list, { source, keys: options.keys ?? [], now: judgedAt, into, beside: true, ...options });
}

test('a second thread writes the same copy', async () => {
  const made = await document();
  const here = await indexed(made, { signers: [idpSigning] });
  const beside = await indexed(made, { signers: [idpSigning], beside: true });
  expect(beside.index).toEqual(here.index);
  expect(readFileSync(join(beside.directory, 'entities')).equals(readFileSync(join(here.directory, 'entities')))).toBe(
    true,
  );
  for (const one of beside.index.entities.slice(0, 3))
    expect(beside.read(one).element.localName).toBe('EntityDescriptor');
});

test('attack: what a second thread wrote of a document that nobody signed, or that was changed at its end, never counts', async () => {
  const made = await document();
  await expect(indexed(made, { signers: [stranger], beside: true })).rejects.toMatchObject({
    code: 'metadata-signature',
  });
  const changed = Buffer.from(made.toString().replace('sp2999.example.org', 'evil.example.org'));
  const result = indexed(changed, { signers: [idpSigning], beside: true });
  await expect(result).rejects.toThrow(/was changed after it was signed/);
});

test('stopped by the signal, it ends its thread and leaves no index', async () => {
  const into = await temporaryFolder();
  const stopping = new AbortController();
  const made = unsigned(madeAggregate(ids));
  function* pieces(): Iterable<Uint8Array> {
    yield made.subarray(0, 500_000);
    stopping.abort();
    yield made.subarray(500_000);
  }
  await expect(attempt(pieces(), into, { signal: stopping.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(readdirSync(into)).not.toContain('index.json');
});

test('a full disk is told by its name, and nothing half-written counts', async () => {
  const disk = join(await temporaryFolder(), 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    process.stderr.write('no disk can be mounted here: the test of a full one is left out\n');
    return;
  }
  try {
    const full = attempt(unsigned(madeAggregate(ids)), disk);
    await expect(full).rejects.toMatchObject({ code: 'metadata-intake', detail: expect.stringContaining('ENOSPC') });
    expect(existsSync(join(disk, 'index.json'))).toBe(false);
  } finally {
    execFileSync('umount', [disk]);
  }
});
