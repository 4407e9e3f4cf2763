import { DatabaseSync } from 'node:sqlite';
import { type AttemptId, type CaseReference, hours, type SessionId, type Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { withDatabaseFile, withStores } from './trials/databaseFile.ts';

const tokenHash = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const id = 'AAECAwQFBgcICQoLDA0ODw' as SessionId;
const visit = { entityId: 'https://sp.example.org/sp', nameId: { format: 'transient', value: 'x' }, at: 1 };

function takeFourthAway(database: DatabaseSync): void {
  takeFifthAway(database);
  database.exec('alter table cases drop column attempt; alter table cases drop column timeline');
}

function takeFifthAway(database: DatabaseSync): void {
  for (const table of ['departures', 'stored_ids', 'release_log', 'issued_identifiers']) {
    database.exec(`drop table ${table}`);
  }
}

/** Takes away what the second step made, and leaves a person who is logged in. */
function bringBackToFirstSchema(file: string, now: number, count: number): void {
  const database = new DatabaseSync(file);
  for (const table of ['sessions', 'revocations', 'history', 'sealed_records', 'service_provider_use'])
    database.exec(`drop table ${table}`);
  takeFourthAway(database);
  database.exec('update schema_version set version = 1');
  const insert = database.prepare('insert into sso_sessions values (?, ?, ?, ?, ?, ?, ?, ?)');
  const facts = JSON.stringify([{ authenticator: 'password', at: now, address: '192.0.2.1' }]);
  const visits = JSON.stringify([{ ...visit, sessionIndex: '_1' }]);
  for (let index = 0; index < count; index += 1) {
    const hash = index === 0 ? tokenHash : index.toString(16).padStart(8, '0').padEnd(64, 'f');
    insert.run(hash, 's1234567', facts, visits, now, now, now + hours(8), `${index}`);
  }
  database.close();
}

test('an upgrade from schema 1 logs nobody out', () =>
  withDatabaseFile(async (file) => {
    const now = Date.now();
    await withStores(file, async () => {});
    bringBackToFirstSchema(file, now, 1203);
    await withStores(file, async ({ sessions }) => {
      expect(await sessions.find(id, now)).toEqual({
        id,
        username: 's1234567',
        facts: [{ authenticator: 'password', at: now, address: '192.0.2.1' }],
        serviceProviders: [visit],
        createdAt: now,
        idleAt: now + hours(1),
        expiresAt: now + hours(8),
      });
      expect(await sessions.listOfPerson('s1234567' as Username, now)).toHaveLength(1203);
    });
  }));

test('an upgrade from schema 2 brings the uses of SPs, and leaves everything else as it was', () =>
  withDatabaseFile(async (file) => {
    const uses = [{ entityId: 'https://sp.example.org/sp', at: 7 }];
    const secret = { kind: 'totp', name: 'a', keyId: '0a0b0c0d', sealed: new Uint8Array(3) };
    await withStores(file, ({ sealed }) => sealed.replace(secret, undefined));
    const database = new DatabaseSync(file);
    takeFourthAway(database);
    database.exec('drop table service_provider_use; update schema_version set version = 2');
    database.close();
    await withStores(file, async ({ sealed, serviceProviderUses, checkRecords }) => {
      expect((await sealed.list('totp')).map(({ name }) => name)).toEqual(['a']);
      await serviceProviderUses.note(uses);
      expect((await serviceProviderUses.listSince(0)).map(({ entityId, at }) => ({ entityId, at }))).toEqual(uses);
      await checkRecords();
    });
  }));

test('an upgrade from schema 3 keeps the cases, and a program of schema 3 goes on writing them', () =>
  withDatabaseFile(async (file) => {
    const former = "insert into cases (slot, sequence, reference, at, code) values (?, ?, ?, 7, 'busy')";
    const attempt = 'a' as AttemptId;
    const of = (reference: string) => ({ reference: reference as CaseReference, at: 7, code: 'busy' }) as const;
    await withStores(file, async () => {});
    const database = new DatabaseSync(file);
    takeFourthAway(database);
    database.exec('update schema_version set version = 3');
    database.prepare(former).run(0, 0, 'K1');
    database.exec("update counters set value = 1 where name = 'cases'");
    await withStores(file, async ({ cases }) => {
      expect(await cases.find(of('K1').reference)).toEqual(of('K1'));
      database.prepare(former).run(5, 5, 'K5');
      expect(await cases.find(of('K5').reference)).toEqual(of('K5'));
      const about = { detail: undefined, serviceProvider: undefined, username: undefined, address: undefined };
      const newer = { ...of('K2'), ...about, attempt, timeline: [{ at: 6, kind: 'asked', text: 'x' }] } as const;
      await cases.record(newer);
      expect(await cases.listOfAttempt(attempt)).toEqual([newer]);
      database.exec("update cases set timeline = '[1' where reference = 'K2'");
      expect(await cases.listOfAttempt(attempt)).toEqual([{ ...newer, timeline: undefined }]);
    });
    database.close();
  }));

test('an upgrade from schema 4 brings departures, stored ids and the release log; a program of schema 4 goes on beside it', () =>
  withDatabaseFile(async (file) => {
    const former = `insert into history values (?, 7, 'sign-on', 's1', 'person', null, null, null, null)`;
    await withStores(file, async () => {});
    const database = new DatabaseSync(file);
    takeFifthAway(database);
    database.exec('update schema_version set version = 4');
    database.prepare(former).run('before');
    await withStores(file, async ({ history, departures, storedIds, releaseLog, checkRecords }) => {
      database.prepare(former).run('beside');
      const events = await history.listOfPerson('s1' as Username, 9);
      expect(events.map(({ id }) => id)).toEqual(['beside', 'before']);
      expect(await Promise.all([departures.list(0), releaseLog.list({}, 9), storedIds.listOfPerson('s1')])).toEqual([
        [],
        [],
        [],
      ]);
      await checkRecords();
    });
    database.close();
  }));
