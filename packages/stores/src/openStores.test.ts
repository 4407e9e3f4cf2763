import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AttemptId, type CaseReference, hours, type SessionId, type Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { openStores } from './openStores.ts';
import { codeOf, withDatabaseFile, withStores } from './sql/trials/databaseFile.ts';

const session = { username: 's1' as Username, facts: [], serviceProviders: [], createdAt: 1, idleAt: 100 };
const caseOf = (index: number) =>
  ({
    reference: `K${index}` as CaseReference,
    at: index,
    code: 'internal',
    detail: undefined,
    serviceProvider: undefined,
    username: undefined,
    address: undefined,
  }) as const;

test('a second start finds what the first one left, in a folder that it made', () =>
  withDatabaseFile(async (beside) => {
    const file = join(dirname(beside), 'new', 'gakumon.db');
    const id = 'a-session' as SessionId;
    await withStores(file, ({ sessions }) => sessions.create({ ...session, id, expiresAt: 1000 }));
    expect((await stat(dirname(file))).mode & 0o077).toBe(0);
    const found = await withStores(file, ({ sessions }) => sessions.find(id, 2));
    expect(found).toEqual({ ...session, id, expiresAt: 1000 });
  }));

test('sessions in memory beside records in a file: sessions go with the process, cases stay', () =>
  withDatabaseFile(async (file) => {
    const options = { records: { kind: 'sqlite', file }, sessions: { kind: 'memory' }, clock: () => 1 } as const;
    const first = await openStores(options);
    await first.sessions.create({ ...session, id: 't' as SessionId, expiresAt: 1000 });
    await first.attempts.consume('a' as AttemptId, 1000);
    await first.cases.record(caseOf(1));
    expect(await first.sweep(1000)).toBe(2);
    await first.sessions.create({ ...session, id: 't' as SessionId, expiresAt: 1000 });
    await first.close();
    const second = await openStores(options);
    expect(await second.sessions.find('t' as SessionId, 2)).toBeUndefined();
    expect(await second.cases.find('K1' as CaseReference)).toEqual(caseOf(1));
    await second.close();
  }));

test('a sweep goes on over its batches, and takes nothing that still counts', () =>
  withDatabaseFile((file) =>
    withStores(file, async ({ attempts, sweep }) => {
      const now = Date.now();
      for (let index = 0; index < 1234; index += 1) {
        await attempts.consume(`old-${index}` as AttemptId, now + hours(1));
      }
      await attempts.consume('young' as AttemptId, now + hours(2));
      expect(await sweep(now)).toBe(0);
      expect(await sweep(now + hours(1))).toBe(1234);
      expect(await attempts.isConsumed('young' as AttemptId)).toBe(true);
    }),
  ));

test('a smaller ring forgets the slots of the larger one', () =>
  withDatabaseFile(async (file) => {
    const options = { records: { kind: 'sqlite', file }, sessions: { kind: 'records' }, clock: () => 1 } as const;
    const large = await openStores({ ...options, caseCapacity: 20 });
    for (let index = 0; index < 20; index += 1) await large.cases.record(caseOf(index));
    await large.close();
    const small = await openStores({ ...options, caseCapacity: 5 });
    expect(await small.sweep(1)).toBe(15);
    expect(await small.sweep(1)).toBe(0);
    await small.close();
  }));

test('what the stores cannot keep as it is they refuse, and nothing is half-written', () =>
  withDatabaseFile((file) =>
    withStores(file, async ({ revocations }) => {
      const broken = { username: 'a' as Username, session: undefined, at: 1, keepUntil: 2.5 };
      expect(await codeOf(revocations.add(broken))).toBe('internal');
      expect(await revocations.generation()).toBe(0);
      expect(await revocations.list(0)).toEqual([]);
    }),
  ));
