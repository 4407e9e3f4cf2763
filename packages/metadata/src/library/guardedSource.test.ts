import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { element, formatDateTime } from '@gakumon/saml';
import type { FixedClock } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { madeEntity, signed } from '../fixtures/madeMetadata.ts';
import type { ServiceProviderUse } from '../ports.ts';
import { answerOf, type RawServer } from '../sources/testing/rawServer.ts';
import {
  closeLibraries,
  day,
  type FederationRig,
  ids,
  known,
  openFederation,
  signer,
} from './testing/federationRig.ts';
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

describe('the guard', () => {
  const uses = (...used: string[]) => ({
    listSince: async (at: number): Promise<ServiceProviderUse[]> => used.map((entityId) => ({ entityId, at })),
  });

  test('holds back what lost too many, tells who, and the old one serves on until an operator accepts it', async () => {
    const orders = memoryOrders();
    await serve(ids(20));
    const library = openLibrary({}, { orders, uses: uses(ids(20)[19] ?? '') });
    await library.refresh({ wait: true });
    await serve(ids(10));
    clock.advance(3_600_000);
    const { changed, warnings } = await library.refresh({ wait: true });
    expect(changed).toBe(false);
    expect(known(library)).toEqual(ids(20));
    expect(warnings).toEqual([
      { source: 'federation', entityId: undefined, message: expect.stringContaining('held back') },
    ]);
    const [held] = library.sources()[0]?.held ?? [];
    expect(held).toMatchObject({ since: clock(), lost: [ids(20)[19], ...ids(9, 10)] });
    await orders.give({ source: 'other', at: clock(), kind: 'accept', sha256: held?.sha256 ?? '' });
    await orders.give({ source: 'federation', at: clock(), kind: 'accept', sha256: 'another document' });
    await library.refresh();
    expect(known(library)).toEqual(ids(20));
    await orders.give({ source: 'federation', at: clock(), kind: 'accept', sha256: held?.sha256 ?? '' });
    expect((await library.refresh()).changed).toBe(true);
    expect(known(library)).toEqual(ids(10));
    expect(library.sources()[0]).toMatchObject({ held: [], warnings: [] });
  });

  test.each(['is whole', 'is damaged'])(
    'holds over a start what it held, also where the one in force %s',
    async (how) => {
      await serve(ids(20));
      const library = openLibrary();
      await library.refresh({ wait: true });
      await serve(ids(10));
      await library.refresh({ wait: true, force: true });
      const current = library.sources()[0]?.documents[0]?.current?.directory ?? folder;
      if (how === 'is damaged') await writeFile(join(current, 'index.json'), '');
      const later = openLibrary();
      await later.open();
      await later.refresh();
      expect(later.sources()[0]?.held).toHaveLength(1);
      expect(known(later)).toEqual(how === 'is damaged' ? [] : ids(20));
    },
  );

  test('attack: an older document that brings back who was taken out is held, over a start too, unless an operator takes it', async () => {
    const orders = memoryOrders();
    await serve(ids(5));
    const old = server.answer;
    const library = openLibrary({}, { orders });
    clock.advance(day);
    await serve(ids(4, 1));
    await library.refresh({ wait: true });
    server.answer = old;
    await library.refresh({ wait: true, force: true });
    expect(known(library)).toEqual(ids(4, 1));
    expect(library.sources()[0]?.held[0]?.reason).toMatch(/^it is older than what is in force/);
    const later = openLibrary({}, { orders });
    await later.refresh({ wait: true, force: true });
    expect(known(later)).toEqual(ids(4, 1));
    const sha256 = later.sources()[0]?.held[0]?.sha256 ?? '';
    await orders.give({ source: 'federation', at: clock(), kind: 'accept', sha256 });
    await later.refresh();
    expect(known(later)).toEqual(ids(5));
  });

  test('attack: entityIDs that stay while their endpoints go are lost all the same', async () => {
    await serve(ids(20));
    const library = openLibrary();
    await library.refresh({ wait: true });
    const validUntil = formatDateTime(clock() + 15 * day);
    const useless = ids(20).map((entityId, at) => madeEntity(entityId, at === 0 ? {} : { acs: 'http://' }));
    const document = await signed(element('md:EntitiesDescriptor', { ID: '_a', validUntil }, ...useless), signer);
    server.answer = answerOf(document);
    await library.refresh({ wait: true, force: true });
    expect(known(library)).toEqual(ids(20));
    expect(library.sources()[0]?.held[0]?.reason).toMatch(/^19 of 20 service providers are gone/);
  });

  test('attack: one that shrinks a little at each refresh is held when it is too much together, and not for ever', async () => {
    await serve(ids(30));
    const library = openLibrary();
    await library.refresh({ wait: true });
    for (const count of [28, 27]) {
      await serve(ids(count));
      await library.refresh({ wait: true, force: true });
      expect(known(library)).toHaveLength(count);
    }
    await serve(ids(25));
    const later = openLibrary();
    await later.refresh({ wait: true, force: true });
    expect(known(later)).toHaveLength(27);
    expect(later.sources()[0]?.held[0]?.reason).toContain('of the 30 service providers of the last weeks 25 are left');
    for (let days = 0; days < 35; days += 7) {
      clock.advance(7 * day);
      await serve(ids(27));
      await later.refresh({ wait: true, force: true });
    }
    await serve(ids(25));
    await later.refresh({ wait: true, force: true });
    expect(known(later)).toHaveLength(25);
  });

  test('keeps what it held in its place when the same document comes again', async () => {
    await serve(ids(20));
    const library = openLibrary();
    await library.refresh({ wait: true });
    await serve(ids(10));
    await library.refresh({ wait: true, force: true });
    const [held] = library.sources()[0]?.held ?? [];
    clock.advance(60_000);
    await library.refresh({ wait: true, force: true });
    expect(library.sources()[0]?.held).toEqual([held]);
  });

  test('lets go of what it holds when the next document is whole again', async () => {
    await serve(ids(20));
    const library = openLibrary();
    await library.refresh({ wait: true });
    await serve(ids(10));
    await library.refresh({ wait: true, force: true });
    expect(library.sources()[0]?.held).toHaveLength(1);
    await serve(ids(21));
    await library.refresh({ wait: true, force: true });
    expect(library.sources()[0]?.held).toEqual([]);
    expect(known(library)).toEqual(ids(21));
  });

  test('holds back one that loses somebody whom people use, and nobody else', async () => {
    await serve(ids(100));
    const library = openLibrary({}, { uses: uses(ids(1)[0] ?? '') });
    await library.refresh({ wait: true });
    await serve(ids(99, 1));
    await library.refresh({ wait: true, force: true });
    expect(known(library)).toEqual(ids(100));
    expect(library.sources()[0]?.held[0]?.reason).toContain('people used');
  });

  test('has nothing to guard when the old one has ended: what it held serves', async () => {
    await serve(ids(20));
    const library = openLibrary();
    await library.refresh({ wait: true });
    clock.advance(day);
    await serve(ids(10));
    await library.refresh({ wait: true });
    expect(known(library)).toEqual(ids(20));
    clock.advance(14 * day);
    await server.stop();
    await library.refresh({ wait: true });
    expect(known(library)).toEqual(ids(10));
  });
});

describe('a clock that was wrong', () => {
  test('attack: a clock that was days ahead for a while freezes nothing, and orders are followed', async () => {
    await serve(ids(2));
    const orders = memoryOrders();
    clock.advance(5 * day);
    await openLibrary({}, { orders }).refresh({ wait: true });
    clock.advance(-5 * day);
    await serve(ids(3));
    const library = openLibrary({}, { orders });
    await library.open();
    expect(library.sources()[0]?.nextAt).toBeLessThanOrEqual(clock());
    await library.refresh({ wait: true });
    expect(server.questions).toHaveLength(2);
    expect(library.sources()[0]?.checkedAt).toBe(clock());
    expect(library.sources()[0]?.nextAt).toBeGreaterThan(clock());
    clock.advance(1000);
    await orders.give({ source: 'federation', at: clock(), kind: 'refresh' });
    await library.refresh({ wait: true });
    expect(server.questions).toHaveLength(3);
  });

  test('attack: ahead of everything for a while, it takes nothing that is held back', async () => {
    await serve(ids(20));
    const library = openLibrary();
    await library.refresh({ wait: true });
    await serve(ids(10));
    await library.refresh({ wait: true, force: true });
    clock.advance(400 * day);
    await openLibrary().refresh({ wait: true });
    clock.advance(-400 * day);
    const later = openLibrary();
    await later.refresh({ wait: true });
    expect(known(later)).toEqual(ids(20));
    expect(later.sources()[0]?.held).toHaveLength(1);
  });
});
