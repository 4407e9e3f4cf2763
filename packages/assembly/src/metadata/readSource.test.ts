import { type MetadataSource, noFilter } from '@gakumon/metadata';
import { expect, test } from '@jest/globals';
import { readFilter, readMayAssert, readSource } from './readSource.ts';

const source: MetadataSource = {
  name: 'a',
  origin: { kind: 'mdq', url: 'https://mdq.example.ac.jp/' },
  signers: [{ pem: 'x' }],
  unsigned: false,
  allowSha1: false,
  maxValidity: 1,
  filter: noFilter,
  mayAssert: ['scopes'],
  refresh: 1,
  guard: { mostLost: 1 },
};
const without = ({ ...all }: Record<string, unknown>, key: string) => {
  delete all[key];
  return all;
};

test('the definition of a source is taken as it is; what JSON leaves out is undefined', () => {
  expect(readSource('a', JSON.parse(JSON.stringify(source)))).toEqual(source);
  const unlimited = readSource('a', without({ ...source }, 'maxValidity'));
  expect(unlimited).toStrictEqual({ ...source, maxValidity: undefined });
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['a list', []],
  ['another name', { ...source, name: 'b' }],
  ['no trust', { ...source, signers: [] }],
  ['signers that do not matter', { ...source, unsigned: true }],
  ['a signer that is a file of one machine', { ...source, signers: [{ file: '/etc/passwd' }] }],
  ['a signer of two kinds', { ...source, signers: [{ pem: 'x', file: 'y' }] }],
  ['too many signers', { ...source, signers: Array.from({ length: 51 }, () => ({ pem: 'x' })) }],
  ['a file of one machine', { ...source, origin: { kind: 'file', path: '/etc/passwd' } }],
  ['an address of another kind', { ...source, origin: { kind: 'url', url: 'file:///etc/passwd' } }],
  ['no address', { ...source, origin: { kind: 'url', url: 'x' } }],
  ['a setting that this release does not know', { ...source, onlyAlgorithms: ['x'] }],
  ['a filter that this release does not know', { ...source, filter: { ...noFilter, countries: [] } }],
  ['a role that there is not', { ...source, filter: { ...noFilter, roles: ['aa'] } }],
  ['something else to assert', { ...source, mayAssert: ['everything'] }],
  ['a share beyond all', { ...source, guard: { mostLost: 1.1 } }],
  ['no end of validity', { ...source, maxValidity: null }],
  ['a refresh without a pause', { ...source, refresh: 0 }],
  ['a flag in words', { ...source, allowSha1: 'false' }],
  ...Object.keys(source)
    .filter((key) => key !== 'maxValidity')
    .map((key): [string, unknown] => [`no ${key}`, without({ ...source }, key)]),
])('is refused: %s', (_, value) => {
  expect(() => readSource('a', value)).toThrow(RangeError);
});

test('a filter, and what may be asserted, by themselves', () => {
  expect(readFilter({ ...noFilter, roles: ['sp'] })).toEqual({ ...noFilter, roles: ['sp'] });
  expect(() => readFilter({})).toThrow(RangeError);
  expect(readMayAssert(['categories'])).toEqual(['categories']);
  expect(() => readMayAssert('categories')).toThrow(RangeError);
});
