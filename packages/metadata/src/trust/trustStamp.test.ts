import { describe, expect, test } from '@jest/globals';
import { plainSource } from '../fixtures/indexed.ts';
import { noFilter } from './filter.ts';
import { trustStampOf } from './trustStamp.ts';

const stamp = (changes: Partial<typeof plainSource> = {}, fingerprints: readonly string[] = ['aa', 'bb']): string =>
  trustStampOf({ ...plainSource, ...changes }, fingerprints);

describe('the name of a trust', () => {
  test.each([
    ['a signer goes', stamp({}, ['aa'])],
    ['a signer comes', stamp({}, ['aa', 'bb', 'cc'])],
    ['SHA-1 is allowed', stamp({ allowSha1: true })],
    ['another validity is allowed', stamp({ maxValidity: 1_296_000_000 })],
    ['the filter differs', stamp({ filter: { ...noFilter, roles: ['sp'] } })],
    ['an entity is excepted', stamp({ filter: { ...noFilter, exceptEntityIds: ['sp'] } })],
    ['categories are no longer believed', stamp({ mayAssert: ['scopes'] })],
  ])('is another one when %s', (_, other) => {
    expect(other).not.toBe(stamp());
  });

  test('is the same whatever decides nothing: order, name, how often it is fetched', () => {
    expect(stamp({ name: 'x', refresh: 1, guard: { mostLost: 1 } }, ['bb', 'aa', 'bb'])).toBe(stamp());
    expect(stamp({ mayAssert: ['scopes', 'categories'] })).toBe(stamp());
  });

  test('knows a source that is believed unsigned from one that has signers', () => {
    expect(stamp({ unsigned: true }, [])).not.toBe(stamp({ unsigned: false }, []));
    expect(stamp({ unsigned: true })).toBe(stamp({ unsigned: false }));
  });
});
