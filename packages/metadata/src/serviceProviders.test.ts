import { toEntityId } from '@gakumon/terms';
import { fixedClock } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { type MadeOptions, madeEntity, unsigned } from './fixtures/madeMetadata.ts';
import { readFixture } from './fixtures/readFixture.ts';
import { parseServiceProviders } from './reading/parseServiceProviders.ts';
import { createServiceProviders, type SourceContents } from './serviceProviders.ts';

const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
const sp = 'https://sp.example.org/sp';

function source(name: string, entityId: string, options?: MadeOptions): SourceContents {
  return { name, ...parseServiceProviders(unsigned(madeEntity(entityId, options)), name) };
}

describe('createServiceProviders', () => {
  test('finds by the exact entityID and by nothing that resembles it', async () => {
    const index = createServiceProviders([source('a', sp)], { ownEntityId, clock: fixedClock() });
    expect((await index.find(sp))?.entityId).toBe(sp);
    for (const other of [`${sp}/`, sp.toUpperCase(), ` ${sp}`, '', 'constructor', '__proto__']) {
      expect(await index.find(other)).toBeUndefined();
    }
  });

  test('the first source counts, with a warning that names it', async () => {
    const sources = [source('federation', sp), source('by-hand', sp, { acs: 'https://evil.example/acs' })];
    const index = createServiceProviders(sources, { ownEntityId, clock: fixedClock() });
    expect((await index.find(sp))?.source).toBe('federation');
    expect(index.list()).toHaveLength(1);
    expect(index.warnings).toEqual([
      { source: 'by-hand', entityId: sp, message: 'is known from federation, which counts' },
    ]);
  });

  test('of two in one document the first counts', async () => {
    const twice = parseServiceProviders(readFixture('attacks/two-entities-one-id/metadata.xml'), 'federation');
    const index = createServiceProviders([{ name: 'federation', ...twice }], { ownEntityId, clock: fixedClock() });
    expect((await index.find(sp))?.assertionConsumerServices.map(({ location }) => location)).toEqual([
      'https://sp.example.org/acs',
    ]);
    expect(index.warnings).toHaveLength(1);
  });

  test('nobody takes our own name', async () => {
    const index = createServiceProviders([source('federation', ownEntityId)], { ownEntityId, clock: fixedClock() });
    expect(await index.find(ownEntityId)).toBeUndefined();
    expect(index.list()).toEqual([]);
    expect(index.warnings).toEqual([
      { source: 'federation', entityId: ownEntityId, message: 'is our own entityID and is ignored' },
    ]);
  });

  test('what expires is gone at that moment, and the next source that knows it serves', async () => {
    const clock = fixedClock();
    const validUntil = clock() + 1000;
    const sources = [source('federation', sp, { validUntil }), source('by-hand', sp)];
    const index = createServiceProviders(sources, { ownEntityId, clock });
    const alone = createServiceProviders(sources.slice(0, 1), { ownEntityId, clock });
    clock.advance(999);
    expect((await index.find(sp))?.source).toBe('federation');
    clock.advance(1);
    expect((await index.find(sp))?.source).toBe('by-hand');
    expect(index.list().map((one) => one.source)).toEqual(['by-hand']);
    expect(await alone.find(sp)).toBeUndefined();
    expect(alone.list()).toEqual([]);
  });
});
