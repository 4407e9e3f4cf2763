import { describe, expect, test } from '@jest/globals';
import { makeSealingKeys } from '../seal/sealingKeys.ts';
import { addressLimit, addressLimitOf, bucketOf, networkOf, requiredDelay } from './throttle.ts';

const idp = { sealingKeys: makeSealingKeys([new Uint8Array(32).fill(7)]) };

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('attack: another address of the same /64 shares the counter', () => {
  const of = (value: string) => bucketOf(idp, { kind: 'address', value });
  expect(of('2001:db8::1')).toBe(of('2001:db8::ffff'));
  expect(of('2001:db8::1')).not.toBe(of('2001:db8:0:1::1'));
});

test('an account and an address of the same name do not share a counter', () => {
  expect(bucketOf(idp, { kind: 'account', value: 'a' })).not.toBe(bucketOf(idp, { kind: 'address', value: 'a' }));
});

test('an address is delayed after its limit, never for longer than three seconds', () => {
  expect(requiredDelay(addressLimit)).toBe(0);
  expect(requiredDelay(addressLimit + 5)).toBe(500);
  expect(requiredDelay(1_000_000)).toBe(3000);
});

describe('the limit of an address', () => {
  const network = (name: string, include: string, wrongPasswords: number | undefined) => ({
    name,
    include: [include],
    exclude: [],
    text: undefined,
    wrongPasswords,
  });
  const networks = [
    network('library', '10.1.0.0/16', undefined),
    network('campus', '10.0.0.0/8', 600),
    network('dormitory', '2001:db8::/32', 10),
  ];

  test.each([
    ['10.2.3.4', 600],
    ['10.1.2.3', 600],
    ['2001:db8::1', 10],
    ['192.0.2.1', addressLimit],
    ['no address', addressLimit],
  ])('%s is that of its network: %d', (address, limit) => {
    expect(addressLimitOf({ networks }, address)).toBe(limit);
  });
  test('is where the delay begins', () => {
    expect(requiredDelay(600, 600)).toBe(0);
    expect(requiredDelay(601, 600)).toBe(100);
  });
});

test('an authenticator is counted by the hour and by the day, each for itself', () => {
  const value = 'one';
  expect(bucketOf(idp, { kind: 'codes-hour', value })).not.toBe(bucketOf(idp, { kind: 'codes-day', value }));
});
