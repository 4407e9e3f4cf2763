import { describe, expect, test } from '@jest/globals';
import { judgePostgres, judgeRedis } from './judgeServers.ts';

const postgres = {
  version: '15.4',
  majorVersion: 15,
  connections: 97,
  ownConnections: undefined,
  isDurable: true,
  clockDifferenceMs: 3,
};
const config = {
  kind: 'postgres',
  hosts: [],
  database: 'gakumon',
  user: 'idp',
  password: undefined,
  tls: undefined,
  pool: 10,
} as const;

describe('a PostgreSQL', () => {
  test('that is well is not spoken of', () => {
    expect(judgePostgres(postgres, config)).toEqual([]);
  });

  test.each([
    ['too old', { version: '12.1', majorVersion: 12 }, 'fail', /PostgreSQL 12\.1 is too old/],
    ['without room for one node', { connections: 9 }, 'fail', /one node may open 10 connections.*have 9/],
    ['with a small share for this user', { ownConnections: 5 }, 'fail', /have 5/],
    ['without room for a second node', { connections: 19 }, 'warn', /enough for one node of 10/],
    ['that forgets when the power goes', { isDurable: false }, 'warn', /loss of power/],
    ['whose clock is behind', { clockDifferenceMs: -61_000 }, 'warn', /61 s behind this one/],
  ])('%s', (_what, change, level, message) => {
    expect(judgePostgres({ ...postgres, ...change }, config)).toEqual([
      expect.objectContaining({ level, message: expect.stringMatching(message) }),
    ]);
  });
});

const redis = {
  address: '192.0.2.1:6379',
  version: '7.0.15',
  role: 'master',
  replicas: 1,
  maxMemory: 1_000_000_000,
  evictionPolicy: 'noeviction',
  keepsOnDisk: true,
  clockDifferenceMs: 0,
  isOpen: false,
};
const silent = {
  address: '192.0.2.1:6379',
  version: undefined,
  role: undefined,
  replicas: undefined,
  maxMemory: undefined,
  evictionPolicy: undefined,
  keepsOnDisk: undefined,
  clockDifferenceMs: undefined,
  isOpen: false,
};
const single = { shape: 'single', host: '192.0.2.1', port: 6379, database: 0 } as const;
const cluster = { shape: 'cluster', nodes: [] } as const;

describe('a Redis', () => {
  test('that is well, or may not be asked, is not spoken of', () => {
    expect(judgeRedis(redis, single)).toEqual([]);
    expect(judgeRedis(silent, cluster)).toEqual([]);
    expect(judgeRedis({ ...redis, replicas: 0 }, single)).toEqual([]);
  });

  test.each([
    ['too old', { version: '6.0.16' }, single, 'fail', /6\.0\.16 is too old/],
    [
      'attack: that forgets used codes',
      { evictionPolicy: 'allkeys-lru' },
      single,
      'fail',
      /used once can be used again/,
    ],
    ['that would, had it a limit', { evictionPolicy: 'allkeys-lru', maxMemory: 0 }, single, 'warn', /allkeys-lru/],
    ['attack: that anybody may write to', { isOpen: true }, single, 'warn', /asks nobody for a password/],
    ['that a restart empties', { replicas: 0, keepsOnDisk: false }, single, 'warn', /everybody must log in again/],
    ['that nothing can replace', { replicas: 0 }, cluster, 'warn', /no replica/],
    ['whose clock is ahead', { clockDifferenceMs: 7_400 }, single, 'warn', /7 s ahead of this one/],
  ] as const)('%s', (_what, change, servers, level, message) => {
    expect(judgeRedis({ ...redis, ...change }, servers)).toEqual([
      expect.objectContaining({ level, message: expect.stringMatching(message) }),
    ]);
  });
});
