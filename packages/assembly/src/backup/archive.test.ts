import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { readArchive } from './archive.ts';
import { tarball } from './testing/tarball.ts';

/** Reads at once, or lets the event loop turn before each piece. */
const readers = {
  'at once': async () => {},
  slowly: () => new Promise<void>((resolve) => setImmediate(resolve)),
};

test.each(Object.entries(readers))('files of many pieces come whole to whoever reads them %s', async (_, pause) => {
  const file = join(await temporaryFolder(), 'a.tar.gz');
  const bodies = { first: 'x', large: 'abc'.repeat(5_000_000), empty: '', 'large too': 'd'.repeat(7_000_001) };
  await writeFile(file, tarball(Object.entries(bodies).map(([path, body]) => ({ path, body }))));
  const sizes: Record<string, number> = {};
  let read = 0;
  const onProgress = (octets: number): void => {
    read = octets;
  };
  const take: Parameters<typeof readArchive>[1] = async ({ path, octets }) => {
    let size = 0;
    for await (const piece of octets) {
      await pause();
      size += piece.length;
    }
    sizes[path] = size;
  };
  await readArchive(file, take, { first: 'first', signal: undefined, onProgress });
  expect(sizes).toEqual(Object.fromEntries(Object.entries(bodies).map(([path, body]) => [path, body.length])));
  expect(read).toBeGreaterThan(0);
});
