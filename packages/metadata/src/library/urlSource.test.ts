import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FixedClock, testKeys } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { madeAggregate, signed, unsigned } from '../fixtures/madeMetadata.ts';
import { answerOf, type RawServer } from '../sources/testing/rawServer.ts';
import { runIntake } from './intake/runIntake.ts';
import { createMetadataLibrary } from './metadataLibrary.ts';
import type { Intake } from './refreshing.ts';
import {
  closeLibraries,
  day,
  type FederationRig,
  ids,
  known,
  opened,
  openFederation,
  ownEntityId,
  signer,
} from './testing/federationRig.ts';
import { madeSource } from './testing/madeSource.ts';
import { memoryOrders } from './testing/memoryOrders.ts';

let folder: string;
let clock: FixedClock;
let server: RawServer;
let openLibrary: FederationRig['openLibrary'];
let serve: FederationRig['serve'];
beforeEach(async () => {
  ({ folder, clock, server, openLibrary, serve } = await openFederation());
});
closeLibraries();

describe('a source at an address', () => {
  test('is fetched in the background, and in force at the next look; then only when it is time', async () => {
    await serve(ids(2));
    const library = openLibrary();
    await library.refresh();
    expect(library.sources()).toMatchObject([{ kind: 'url', isBusy: true, serviceProviders: 0 }]);
    expect((await library.refresh({ wait: true })).changed).toBe(true);
    expect(known(library)).toEqual(ids(2));
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toMatchObject({ source: 'federation' });
    for (let look = 0; look < 5; look += 1) await library.refresh({ wait: true });
    expect(server.questions).toHaveLength(1);
    const [{ nextAt = 0 } = {}] = library.sources();
    expect(nextAt).toBeGreaterThan(clock());
    expect(nextAt).toBeLessThanOrEqual(clock() + 3_600_000);
    clock.advance(3_600_000);
    await serve(ids(3));
    await library.refresh({ wait: true });
    expect(known(library)).toEqual(ids(3));
  });

  test('that did not change is told so by its validators, and the copy stays', async () => {
    await serve(ids(2), { ETag: '"one"' });
    const library = openLibrary();
    await library.refresh({ wait: true });
    const before = await library.serviceProviders.find(ids(1)[0] ?? '');
    server.answer = 'HTTP/1.1 304 Not Modified\r\n\r\n';
    clock.advance(3_600_000);
    expect(await library.refresh({ wait: true })).toEqual({ changed: false, warnings: [] });
    expect(server.questions[1]).toContain('If-None-Match: "one"');
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toBe(before);
    expect(library.sources()[0]?.checkedAt).toBe(clock());
  });

  test.each([
    ['sends the same again', undefined],
    ['says that nothing changed', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ])('attack: a server that freezes what it has, and %s, is told of once that is over', async (_, frozen) => {
    await serve(ids(2), { ETag: '"one"' });
    const library = openLibrary();
    await library.refresh({ wait: true });
    server.answer = frozen ?? server.answer;
    clock.advance(16 * day);
    await library.refresh({ wait: true, force: true });
    expect(library.sources()[0]).toMatchObject({
      problem: expect.stringContaining('the federation still serves a document that expired at 2024-'),
      hint: expect.stringContaining('clock'),
    });
    expect(known(library)).toEqual([]);
  });

  test('that is down takes nothing away, is asked less and less often, and a start does without it', async () => {
    await serve(ids(2));
    const library = openLibrary();
    await library.refresh({ wait: true });
    await server.stop();
    clock.advance(3_600_000);
    const { warnings } = await library.refresh({ wait: true });
    expect(warnings).toMatchObject([{ source: 'federation', message: expect.stringContaining('refused') }]);
    expect(known(library)).toEqual(ids(2));
    const [state] = library.sources();
    expect(state?.nextAt).toBeGreaterThan(clock());
    expect(state?.nextAt).toBeLessThanOrEqual(clock() + 60_000);
    const later = openLibrary();
    await later.open();
    expect(known(later)).toEqual(ids(2));
    expect(later.sources()[0]?.problem).toContain('refused');
  });

  test('what is stored serves until its validUntil and not a moment longer', async () => {
    await serve(ids(2));
    const library = openLibrary();
    await library.refresh({ wait: true });
    clock.advance(15 * day - 1);
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toBeDefined();
    clock.advance(1);
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toBeUndefined();
    expect(known(library)).toEqual([]);
    expect(library.listWords(ids(1)[0] ?? '')).toHaveLength(1);
  });

  test.each<[string, (document: Buffer) => Buffer]>([
    ['cut off', (document) => document.subarray(0, document.length - 30)],
    ['changed on its way', (document) => Buffer.from(document.toString().replace('sp0.example', 'sp0.evil.ex'))],
    ['a page', () => Buffer.from('<!DOCTYPE html><html><body>503</body></html>')],
  ])('attack: what is %s is refused, and leaves nothing behind', async (_, change) => {
    await serve(ids(2));
    const library = openLibrary();
    await library.refresh({ wait: true });
    const good = await signed(madeAggregate(ids(3), { validUntil: clock() + day }), signer);
    server.answer = answerOf(change(good), { 'Content-Type': 'application/xml' });
    clock.advance(3_600_000);
    await library.refresh({ wait: true });
    expect(known(library)).toEqual(ids(2));
    expect(library.sources()[0]?.problem).toBeDefined();
    const [slot = ''] = await readdir(join(folder, 'cache'));
    const copies = (await readdir(join(folder, 'cache', slot))).filter((name) => name.startsWith('copy-'));
    expect(copies).toHaveLength(1);
  });

  test('two libraries of one machine fetch it once', async () => {
    await serve(ids(2));
    await openLibrary().refresh({ wait: true });
    const other = openLibrary();
    await other.refresh({ wait: true });
    expect(known(other)).toEqual(ids(2));
    // One that only looks asks nobody for what is there, however old it is
    clock.advance(2 * day);
    await openLibrary().refresh({ wait: true, missing: true });
    expect(server.questions).toHaveLength(1);
  });

  test('what another process took in comes into force here', async () => {
    await serve(ids(2));
    const [here, there] = [openLibrary(), openLibrary()];
    await here.refresh({ wait: true });
    await there.refresh({ wait: true });
    await serve(ids(4));
    await there.refresh({ wait: true, force: true });
    await here.refresh();
    expect(known(here)).toEqual(ids(4));
  });
});

describe('a stored copy', () => {
  test('attack: that another signer signed is not believed after a start, and judged again without the network', async () => {
    await serve(ids(2));
    await openLibrary().refresh({ wait: true });
    await server.stop();
    const strangers = openLibrary({ signers: [{ pem: testKeys.stranger.certificatePem }] });
    await strangers.open();
    expect(known(strangers)).toEqual([]);
    const { warnings } = await strangers.refresh({ wait: true });
    expect(warnings[0]?.message).toContain('metadata-signature');
    expect(known(strangers)).toEqual([]);
  });

  test('is judged again under a list of signers that grew, and serves without the network', async () => {
    await serve(ids(2));
    await openLibrary().refresh({ wait: true });
    await server.stop();
    const pems = [testKeys.stranger.certificatePem, signer.certificatePem];
    const overlap = openLibrary({ signers: pems.map((pem) => ({ pem })) });
    await overlap.refresh({ wait: true });
    expect(known(overlap)).toEqual(ids(2));
  });

  test('a signer who is taken off the list takes along what he signed', async () => {
    const pem = join(folder, 'signer.pem');
    await writeFile(pem, signer.certificatePem);
    await serve(ids(2));
    const library = openLibrary({ signers: [{ file: pem }] });
    await library.refresh({ wait: true });
    await server.stop();
    await writeFile(pem, testKeys.stranger.certificatePem);
    await library.refresh({ wait: true });
    expect(known(library)).toEqual([]);
    expect(library.sources()[0]?.problem).toContain('metadata-signature');
  });

  test('attack: with other octets on the disk tells nothing wrong, and is made anew', async () => {
    await serve(ids(2));
    const library = openLibrary();
    await library.refresh({ wait: true });
    const entities = join(library.sources()[0]?.documents[0]?.current?.directory ?? '', 'entities');
    const octets = await readFile(entities, 'utf8');
    await writeFile(entities, octets.replaceAll('sp0.example.org/sp/acs', 'sp0.example.evi/sp/acs'));
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toBeUndefined();
    expect(await library.serviceProviders.find(ids(2)[1] ?? '')).toBeDefined();
    await library.refresh({ wait: true });
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toMatchObject({
      assertionConsumerServices: [{ location: 'https://sp0.example.org/sp/acs' }],
    });
  });

  test('whose index is torn is made anew; meanwhile the one before it serves', async () => {
    await serve(ids(2));
    const library = openLibrary();
    await library.refresh({ wait: true });
    await serve(ids(3));
    await library.refresh({ wait: true, force: true });
    await writeFile(join(library.sources()[0]?.documents[0]?.current?.directory ?? '', 'index.json'), '{"sha256":');
    const later = openLibrary();
    await later.open();
    expect(known(later)).toEqual(ids(2));
    await later.refresh({ wait: true });
    expect(known(later)).toEqual(ids(3));
  });
});

describe('a refresh', () => {
  test('goes on while questions are answered from what was in force, and swaps at once', async () => {
    await serve(ids(20));
    const gate: { open?: () => void } = {};
    let isHeld = false;
    const held: Intake = async (job, options) => {
      const result = await runIntake(job, options);
      if (isHeld) await new Promise<void>((resolve) => Object.assign(gate, { open: resolve }));
      return result;
    };
    const library = openLibrary({}, { intake: held });
    await library.refresh({ wait: true });
    isHeld = true;
    await serve(ids(20, 1));
    const running = library.refresh({ wait: true, force: true });
    while (gate.open === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(await library.serviceProviders.find(ids(1)[0] ?? '')).toBeDefined();
    const asked = Promise.all(ids(21).map((entityId) => library.serviceProviders.find(entityId)));
    gate.open();
    expect((await asked).filter((found) => found === undefined)).toHaveLength(1);
    await running;
    expect(known(library)).toEqual(ids(20, 1));
  });

  test('attack: questions without pause, while sources come into force one after the other, are all answered', async () => {
    const paths = ['a', 'b', 'c'].map((name) => join(folder, `${name}.xml`));
    const sources = paths.map((path) => madeSource(path, { kind: 'file', path }));
    const library = createMetadataLibrary({ sources, cache: join(folder, 'cache'), ownEntityId, clock });
    opened.push(library);
    let round = 0;
    const writeAll = () =>
      Promise.all(
        paths.map((path, at) =>
          writeFile(path, unsigned(madeAggregate([...ids(5, at * 100), ...ids(1, 1000 + round)]))),
        ),
      );
    await writeAll();
    await library.refresh();
    let isOver = false;
    const answers: boolean[] = [];
    const asking = (async () => {
      while (!isOver) {
        for (const entityId of [...ids(5), ...ids(5, 100), ...ids(5, 200)]) {
          answers.push((await library.serviceProviders.find(entityId)) !== undefined);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (round = 1; round < 20; round += 1) {
      await writeAll();
      await library.refresh({ force: true, wait: true });
    }
    isOver = true;
    await asking;
    expect(answers.length).toBeGreaterThan(100);
    expect(answers).not.toContain(false);
    expect(library.warnings().filter(({ message }) => message.includes('damaged'))).toEqual([]);
  });

  test('that was ordered happens on every node, once', async () => {
    const orders = memoryOrders();
    await serve(ids(2));
    const library = openLibrary({}, { orders });
    await library.refresh({ wait: true });
    clock.advance(1000);
    await orders.give({ source: 'federation', at: clock(), kind: 'refresh' });
    clock.advance(1000);
    await library.refresh({ wait: true });
    await library.refresh({ wait: true });
    expect(server.questions).toHaveLength(2);
  });

  test('attack: plain http without a signer is refused unless it is this machine', async () => {
    const sources = [madeSource('open', { kind: 'url', url: 'http://metadata.example.org/' })];
    const library = createMetadataLibrary({ sources, ownEntityId, clock, intake: runIntake });
    opened.push(library);
    await library.refresh({ wait: true });
    expect(library.sources()[0]?.problem).toContain('metadata-address');
    server.answer = answerOf(unsigned(madeAggregate(ids(2))), { 'Content-Type': 'application/xml' });
    const local = openLibrary({ signers: [], unsigned: true });
    await local.refresh({ wait: true });
    expect(known(local)).toEqual(ids(2));
  });
});
