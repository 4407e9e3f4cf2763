import { expect, test } from '@jest/globals';
import { readRedirection, readSlotMap } from './slotMap.ts';

const asked = { host: '192.0.2.9', port: 7000 };

test('the map of the slots: masters, not their replicas', () => {
  const answer = [
    [0, 8191, ['192.0.2.1', 7001, 'id', []], ['192.0.2.2', 7002, 'id', []]],
    [8192, 16_383, ['redis.example.ac.jp', 7003, 'id', []]],
  ];
  const map = readSlotMap(answer, asked);
  expect(map.isComplete).toBe(true);
  expect([0, 8191, 8192, 16_383].map(map.ownerOf)).toEqual([
    '192.0.2.1:7001',
    '192.0.2.1:7001',
    'redis.example.ac.jp:7003',
    'redis.example.ac.jp:7003',
  ]);
  expect([...map.masters.keys()]).toEqual(['192.0.2.1:7001', 'redis.example.ac.jp:7003']);
});

test.each([null, ''])('a server that does not say where it is (%j) is where it was asked', (host) => {
  const map = readSlotMap([[0, 5, [host, 7001, 'id']]], asked);
  expect(map.ownerOf(5)).toBe('192.0.2.9:7001');
  expect(map.ownerOf(6)).toBeUndefined();
  expect(map.isComplete).toBe(false);
});

test.each([
  ['MOVED 3999 192.0.2.1:6381', { host: '192.0.2.1', port: 6381 }, false],
  ['ASK 3999 2001:db8::1:6381', { host: '2001:db8::1', port: 6381 }, true],
  ['MOVED 3999 :6381', { host: '192.0.2.9', port: 6381 }, false],
])('%s', (message, host, once) => {
  expect(readRedirection(message, asked)).toEqual({ host, once });
});

test.each(['TRYAGAIN Multiple keys request during rehashing of slot', 'MOVED', 'ERR MOVED 1 a:1'])(
  'is no redirection: %s',
  (message) => {
    expect(readRedirection(message, asked)).toBeUndefined();
  },
);
