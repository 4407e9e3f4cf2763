import type { PendingLogin } from '@gakumon/idp';
import { type AttemptId, type BrowserId, hours, type SessionId } from '@gakumon/terms';
import { describeWith, type PrivatePostgres, postgresPrograms, privatePostgres } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { start } from '../conformance/subject.ts';
import type { RecordsLocation } from '../locations.ts';
import { openStores } from '../openStores.ts';
import { everydayFact, everydaySession, everydayVisit } from '../redis/testing/redisBench.ts';
import type { Stores } from '../stores.ts';
import { rawSql } from './database.ts';
import { openPostgresRecords } from './postgres/openPostgresRecords.ts';
import { openSqliteRecords, type Records } from './records.ts';
import { withDatabaseFile } from './trials/databaseFile.ts';

const attempt = 'attempt' as AttemptId;
const browser = 'browser' as BrowserId;
const session = everydaySession('id');
const other = everydaySession('other');
const { id, username } = session;
const login: Omit<PendingLogin, 'facts'> = { attempt, browser, username, expiresAt: start + 1000 };
const far = '9007199254740991';
const endless = '9223372036854775807';

/** What somebody else wrote into the row of a session, as SQL. */
const damages = [
  "facts = 'x'",
  "facts = '{}'",
  "facts = '[null]'",
  `facts = '[{"authenticator":"password","at":${far},"address":"::1"}]'`,
  `facts = '[{"authenticator":"password","at":"today","address":"::1"}]'`,
  `facts = '[{"authenticator":"totp","at":1,"address":"::1","id":7}]'`,
  `facts = '[{"authenticator":"totp","at":1,"address":"::1","id":"a","traits":"shared"}]'`,
  `facts = '[{"authenticator":"totp","at":1,"address":"::1","id":"a","traits":[null]}]'`,
  "service_providers = ''",
  `service_providers = '[{"entityId":"https://sp","at":1}]'`,
  `service_providers = '[{"entityId":"https://sp","nameId":{"format":"f","value":"v"},"at":${far}}]'`,
  `created_at = ${start + hours(25)}`,
  'created_at = -1',
  ...['created_at', 'idle_at', 'expires_at'].flatMap((column) => [`${column} = ${far}`, `${column} = ${endless}`]),
];

type Bench = { readonly stores: Stores; readonly told: readonly string[]; damage(sql: string): Promise<void> };

/** Lets a trial use stores whose rows it can damage. */
async function withBench(
  location: RecordsLocation,
  openRecords: () => Promise<Records>,
  trial: (bench: Bench) => Promise<void>,
): Promise<void> {
  const told: string[] = [];
  const stores = await openStores({
    records: location,
    sessions: { kind: 'records' },
    clock: () => start,
    patienceMs: 30_000,
    tellUnreadable: (kind, name) => void told.push(`${kind} ${name}`),
  });
  const records = await openRecords();
  const damage = async (sql: string): Promise<void> => {
    await records.write((db) => rawSql(sql).execute(db));
  };
  try {
    await trial({ stores, told, damage });
  } finally {
    await records.close();
    await stores.close();
  }
}

function describeEngine(withTrial: (trial: (bench: Bench) => Promise<void>) => Promise<void>): void {
  test('attack: a damaged session is none, goes and is told once, and the others stay', () =>
    withTrial(async ({ stores: { sessions }, told, damage }) => {
      await sessions.create(other);
      for (const [index, damaged] of damages.entries()) {
        await sessions.create(session);
        await damage(`update sessions set ${damaged} where id = '${id}'`);
        expect([damaged, await sessions.listOfPerson(username, start)]).toEqual([damaged, [other]]);
        expect([damaged, await sessions.find(id, start)]).toEqual([damaged, undefined]);
        expect(await sessions.find(id, start)).toBeUndefined();
        expect([damaged, told]).toEqual([damaged, Array(index + 1).fill(`session ${id}`)]);
      }
    }));

  test('attack: a damaged session can be ended', () =>
    withTrial(async ({ stores: { sessions }, told, damage }) => {
      for (const [index, damaged] of damages.entries()) {
        await sessions.create(session);
        await damage(`update sessions set ${damaged} where id = '${id}'`);
        expect([damaged, await sessions.revoke(id)]).toEqual([damaged, undefined]);
        expect([damaged, told]).toEqual([damaged, Array(index + 1).fill(`session ${id}`)]);
      }
    }));

  test('attack: nothing joins a session that cannot be read', () =>
    withTrial(async ({ stores: { sessions }, damage }) => {
      await sessions.create(session);
      await damage("update sessions set facts = 'x'");
      expect(await sessions.appendFact(id, everydayFact(1))).toBeUndefined();
      expect(await sessions.appendServiceProvider(id as SessionId, everydayVisit(1), start + 9)).toBeUndefined();
    }));

  test.each(["facts = 'x'", `facts = '[{"at":${far}}]'`, `expires_at = ${far}`])(
    'attack: a begun login with %s is begun anew',
    (damaged) =>
      withTrial(async ({ stores: { pendingLogins }, told, damage }) => {
        await pendingLogins.appendFact(login, everydayFact(1));
        await damage(`update pending_logins set ${damaged}`);
        expect(await pendingLogins.find(attempt, browser)).toBeUndefined();
        expect(told).toEqual([`pending login ${attempt}`]);
        await pendingLogins.appendFact(login, everydayFact(1));
        await damage(`update pending_logins set ${damaged}`);
        expect(await pendingLogins.appendFact(login, everydayFact(2))).toEqual({ ...login, facts: [everydayFact(2)] });
      }),
  );

  test.each([`resets_at = ${far}`, `resets_at = ${endless}`, 'hits = -1'])(
    'attack: a throttle with %s is a store that is away, never an empty one',
    (damaged) =>
      withTrial(async ({ stores: { throttles }, damage }) => {
        await throttles.hit('a', 1000, start);
        await damage(`update throttles set ${damaged}`);
        await expect(throttles.peek('a', start)).rejects.toMatchObject({ code: 'store-unavailable' });
      }),
  );
}

describe('rows of SQLite that cannot be read', () => {
  describeEngine((trial) =>
    withDatabaseFile((file) => withBench({ kind: 'sqlite', file }, () => openSqliteRecords(file), trial)),
  );
});

describeWith(postgresPrograms, 'rows of PostgreSQL that cannot be read', () => {
  let server: PrivatePostgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });
  describeEngine(async (trial) => {
    const location = await server.createDatabase();
    await withBench(location, () => openPostgresRecords(location, 30_000), trial);
  });
});
