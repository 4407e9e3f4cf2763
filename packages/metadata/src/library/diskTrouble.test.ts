import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { fixedClock, temporaryFolder } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { madeAggregate, unsigned } from '../fixtures/madeMetadata.ts';
import { answerOf, startRawServer } from '../sources/testing/rawServer.ts';
import { runIntake } from './intake/runIntake.ts';
import { createMetadataLibrary, type MetadataLibrary } from './metadataLibrary.ts';
import { madeSource } from './testing/madeSource.ts';

const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
const clock = fixedClock();
const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `https://sp${at}.example.org/sp`);

let folder: string;
const opened: MetadataLibrary[] = [];
const mounted: string[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const library of opened.splice(0)) await library.close();
  for (const place of mounted.splice(0)) execFileSync('umount', [place]);
});

function libraryAt(url: string, cache: string): MetadataLibrary {
  const sources = [madeSource('federation', { kind: 'url', url })];
  const library = createMetadataLibrary({ sources, cache, ownEntityId, clock, intake: runIntake });
  opened.push(library);
  return library;
}

/** A disk of 256 KB; undefined where nobody may mount one. */
async function mountSmallDisk(): Promise<string | undefined> {
  const place = join(folder, 'disk');
  await mkdir(place);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  mounted.push(place);
  return place;
}

describe('a disk', () => {
  test('that is full is told of, takes nothing away, and the federation is not asked again and again', async () => {
    const disk = await mountSmallDisk();
    if (disk === undefined) {
      process.stderr.write('no disk can be mounted here: the test of a full one is left out\n');
      return;
    }
    const server = await startRawServer(answerOf(unsigned(madeAggregate(ids(20)))));
    const library = libraryAt(server.url, disk);
    await library.refresh({ wait: true });
    expect(library.serviceProviders.list()).toHaveLength(20);
    server.answer = answerOf(unsigned(madeAggregate(ids(2000))));
    clock.advance(3_600_000);
    const { warnings } = await library.refresh({ wait: true });
    expect(warnings).toMatchObject([
      { source: 'federation', message: expect.stringMatching(/ENOSPC|the disk is full/) },
    ]);
    expect(library.serviceProviders.list()).toHaveLength(20);
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toBeDefined();
    for (let look = 0; look < 5; look += 1) await library.refresh({ wait: true });
    expect(server.questions).toHaveLength(2);
    const [slot = ''] = await readdir(disk);
    const left = (await readdir(join(disk, slot))).filter((name) => name.startsWith('copy-'));
    expect(left).toHaveLength(1);
    // Not even the state fits any more
    await writeFile(join(disk, 'filler'), Buffer.alloc(250_000)).catch(() => undefined);
    clock.advance(3_600_000);
    for (let look = 0; look < 5; look += 1) await library.refresh({ wait: true });
    expect(server.questions.length).toBeLessThanOrEqual(3);
    await rm(join(disk, 'filler'));
    server.answer = answerOf(unsigned(madeAggregate(ids(19))));
    clock.advance(3_600_000);
    await library.refresh({ wait: true });
    expect(library.serviceProviders.list()).toHaveLength(19);
  });

  test('from which somebody takes the copies away: who is known stays, and new ones are made', async () => {
    const server = await startRawServer(answerOf(unsigned(madeAggregate(ids(2)))));
    const cache = join(folder, 'cache');
    const library = libraryAt(server.url, cache);
    await library.refresh({ wait: true });
    await rm(cache, { recursive: true });
    await library.refresh({ wait: true });
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toBeDefined();
    await library.refresh({ wait: true });
    const later = libraryAt(server.url, cache);
    await later.open();
    expect(later.serviceProviders.list()).toHaveLength(2);
  });
});
