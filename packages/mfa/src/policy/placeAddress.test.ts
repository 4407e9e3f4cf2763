import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { listPlaces } from './listPlaces.ts';
import { placeAddress } from './placeAddress.ts';
import { parseAddress, parseRange, writeAddress } from './range.ts';
import { network, networks } from './testing/policy.ts';

const namesOf = (address: string): string[] => placeAddress(networks, address).inside.map((place) => place.network);

describe('in which networks an address is', () => {
  test.each([
    ['10.1.2.3', ['campus']],
    ['10.5.0.7', ['campus', 'lab']],
    ['10.0.0.0', ['campus']],
    ['10.255.255.255', ['campus']],
    ['9.255.255.255', []],
    ['11.0.0.0', []],
    ['2001:db8::1', ['campus']],
    ['2001:DB8:0:0::1', ['campus']],
    ['2001:db9::1', []],
    ['::ffff:10.1.2.3', ['campus']],
    ['::ffff:a01:203', ['campus']],
  ])('%s: %j', (address, expected) => {
    expect(namesOf(address)).toEqual(expected);
  });
  test.each(['unknown', '', '10.1.2', '10.1.2.3.4', '10.1.2.3/8', ' 10.1.2.3', '010.1.2.3', '10.1.2.3, 192.0.2.1'])(
    'attack: %j is no address, and so nowhere',
    (address) => {
      expect(placeAddress(networks, address)).toEqual({ address, inside: [], excluded: [] });
    },
  );
  test('attack: the guest network is not on campus, whichever way its address is written', () => {
    for (const address of ['10.9.1.1', '::ffff:10.9.1.1', '2001:db8:9::1']) expect(namesOf(address)).toEqual([]);
    expect(placeAddress(networks, '10.9.1.1').excluded).toEqual([
      { network: 'campus', range: '10.0.0.0/8', by: '10.9.0.0/16' },
    ]);
  });
  test('the narrowest range is told', () => {
    const nested = [network('n', ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24'])];
    expect(placeAddress(nested, '10.1.2.3').inside).toEqual([{ network: 'n', range: '10.1.2.0/24' }]);
  });
  test('a range of IPv4 in IPv6 is one of IPv4', () => {
    expect(placeAddress([network('n', ['::ffff:10.0.0.0/104'])], '10.1.2.3').inside).toHaveLength(1);
  });
});

const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((parts) => parts.join('.'));
const cidrs = fc.array(
  fc.tuple(octets, fc.integer({ min: 1, max: 32 })).map(([at, length]) => `${at}/${length}`),
  {
    maxLength: 4,
  },
);

test('law: an excluded address is never inside', () => {
  fc.assert(
    fc.property(cidrs, octets, fc.integer({ min: 1, max: 32 }), (include, address, length) => {
      const placed = placeAddress(
        [network('n', [...include, '0.0.0.0/1', '128.0.0.0/1'], [`${address}/${length}`])],
        address,
      );
      expect(placed.inside).toEqual([]);
      expect(placed.excluded).toHaveLength(1);
    }),
  );
});

test('law: every set of networks that an address can be in is among the places', () => {
  fc.assert(
    fc.property(cidrs, cidrs, cidrs, octets, (one, other, without, address) => {
      const made = [network('one', one, without), network('other', other)];
      const setOf = ({ inside }: { inside: readonly { network: string }[] }) =>
        inside.map((place) => place.network).join();
      expect(listPlaces(made).map(setOf)).toContain(setOf(placeAddress(made, address)));
    }),
  );
});

test('law: an address that is written is read again', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const parsed = parseAddress(address);
      expect(parsed && parseAddress(writeAddress(parsed))).toEqual(parsed);
      expect(parseRange(address)).toMatchObject({ first: parsed?.value, last: parsed?.value });
    }),
  );
});
