import { GakumonError, toEntityId } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { IndexedEntity } from '../index/metadataIndex.ts';
import type { ServiceProviderReading } from '../reading/readServiceProvider.ts';
import type { Candidate } from './inForce.ts';
import type { OpenedCopy } from './openCopy.ts';
import { createCandidateReader } from './readCandidates.ts';

/** As far as the reader looks. @param length octets of its metadata */
function candidateOf(read: () => Partial<ServiceProviderReading>, length = 1000): Candidate {
  const entityId = toEntityId('https://sp.example.org/sp');
  const names = {};
  const summary = {
    entityId,
    source: 'a',
    names,
    categories: [],
    registrationAuthority: undefined,
    validUntil: undefined,
  };
  return { summary, entity: { length } as IndexedEntity, copy: { read } as unknown as OpenedCopy };
}

const usable = { serviceProvider: {} as ServiceProviderReading['serviceProvider'], warnings: [] };

describe('what is read of an entity', () => {
  test('attack: one that breaks a limit is tried once, and a warning says why it cannot be used', () => {
    let tries = 0;
    const reader = createCandidateReader(() => undefined);
    const candidate = candidateOf(() => {
      tries += 1;
      throw new GakumonError('xml-limit', { detail: 'more than 50000 children' });
    });
    for (let times = 0; times < 3; times += 1) expect(reader.read(candidate)).toBeUndefined();
    expect(tries).toBe(1);
    expect(reader.warnings(() => true)).toEqual([
      {
        source: 'a',
        entityId: candidate.summary.entityId,
        message: expect.stringContaining('more than 50000 children'),
      },
    ]);
  });

  test('that is damaged is told of, and tried again', () => {
    const suspects: OpenedCopy[] = [];
    const reader = createCandidateReader((copy) => void suspects.push(copy));
    const candidate = candidateOf(() => {
      throw new GakumonError('metadata-damaged');
    });
    expect([reader.read(candidate), reader.read(candidate)]).toEqual(['damaged', 'damaged']);
    expect(suspects).toEqual([candidate.copy, candidate.copy]);
    expect(reader.reads()).toBe(0);
  });

  test('attack: enormous ones are kept by their octets, not by their number', () => {
    const reader = createCandidateReader(() => undefined);
    const [first, ...others] = Array.from({ length: 10 }, () => candidateOf(() => usable, 250_000));
    if (first === undefined) throw new Error('there are ten');
    for (const one of [first, ...others]) reader.read(one);
    for (const one of others.slice(1)) reader.read(one);
    expect(reader.reads()).toBe(10);
    reader.read(first);
    expect(reader.reads()).toBe(11);
  });

  test('is kept, when it is the last one, however large it is', () => {
    const reader = createCandidateReader(() => undefined);
    const large = candidateOf(() => usable, 1_000_000_000);
    for (let times = 0; times < 3; times += 1) reader.read(large);
    expect(reader.reads()).toBe(1);
    const small = candidateOf(() => usable);
    for (let times = 0; times < 3; times += 1) reader.read(small);
    expect(reader.reads()).toBe(2);
  });
});
