import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import { minutes, nameIdFormats, type SessionId, type Username } from '@gakumon/terms';
import { describeWith, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { withFact, withServiceProvider } from '../../changes/ssoSession.ts';
import { start } from '../../conformance/subject.ts';
import { everydayFact, everydaySession, everydayVisit, setUpRedis } from '../testing/redisBench.ts';
import { mostSessionsOfPerson } from './personIndex.ts';

/** Texts that a hand-made form would trip over. */
const nasty = [
  '',
  '\n',
  'a\nS["https://sp.example.org"',
  '"',
  '\\',
  '%d%1',
  'F',
  '値 𠮷',
  '\u{d800}',
  '\0',
  '\u2028',
  '0',
  '1 1 1 1 "x"',
];

describeWith(redisPrograms, 'SSO sessions in Redis', () => {
  const redis = setUpRedis();

  test('the scripts do what the other engines do, whatever the texts are', async () => {
    const { stores } = await redis.openShelf();
    const formats = [...Object.values(nameIdFormats), ...nasty];
    let expected: SsoSession = everydaySession('a', { username: nasty.join('') as Username, facts: [] });
    await stores.sessions.create(expected);
    for (let step = 0; step < 400; step += 1) {
      const text = nasty[step % nasty.length] ?? '';
      if (step % 3 === 0) {
        const fact: AuthenticationFact = {
          authenticator: 'password',
          at: start + step,
          address: text,
          passwordVersion: step % 2 === 0 ? undefined : text,
        };
        expected = withFact(expected, fact);
        expect(await stores.sessions.appendFact(expected.id, fact)).toEqual(expected);
      } else {
        const visit: SessionServiceProvider = {
          entityId: `${text}${nasty[(step * 7) % nasty.length]}${step % 4}`,
          nameId: { format: formats[step % formats.length] ?? '', value: text },
          at: start + step,
        };
        const idleAt = start + ((step * 37) % 100) * minutes(10);
        expected = withServiceProvider(expected, visit, idleAt);
        expect(await stores.sessions.appendServiceProvider(expected.id, visit, idleAt)).toEqual(expected);
      }
    }
    expect(await stores.sessions.find(expected.id, start)).toEqual(expected);
  });

  test('entityIDs that begin alike, or look like a pattern, are different SPs', async () => {
    const { stores } = await redis.openShelf();
    const { id } = everydaySession('a');
    await stores.sessions.create(everydaySession('a'));
    const entityIds = ['https://sp', 'https://sp/', 'https://sp/a-b', 'https://sp/a.b', 'https://sp/a%', 'https://s'];
    for (const entityId of entityIds) {
      await stores.sessions.appendServiceProvider(id, { ...everydayVisit(1), entityId }, 0);
    }
    const kept = (await stores.sessions.find(id, start))?.serviceProviders.map((it) => it.entityId);
    expect(kept).toEqual(entityIds);
  });

  test('visits and facts have their limits each: a flood of one takes nothing from the other', async () => {
    const { stores } = await redis.openShelf();
    const session = everydaySession('a', {
      facts: Array.from({ length: 60 }, (_, index) => everydayFact(index)),
      serviceProviders: Array.from({ length: 300 }, (_, index) => everydayVisit(index)),
    });
    await stores.sessions.create(session);
    const afterFact = withFact(session, everydayFact(60));
    expect(await stores.sessions.appendFact(session.id, everydayFact(60))).toEqual(afterFact);
    const afterVisit = withServiceProvider(afterFact, everydayVisit(300), session.idleAt);
    expect(await stores.sessions.appendServiceProvider(session.id, everydayVisit(300), 0)).toEqual(afterVisit);
    expect([afterVisit.facts.length, afterVisit.serviceProviders.length]).toEqual([50, 200]);
  });

  test('a session with one SP costs at most 1 KB of Redis memory, its index included; one with eight 2 KB', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    for (const [services, limit] of [
      [1, 1024],
      [8, 2048],
    ] as const) {
      const session = everydaySession(`of-${services}`, { username: `s${services}` as Username });
      await stores.sessions.create(session);
      for (let index = 0; index < services; index += 1) {
        await stores.sessions.appendServiceProvider(session.id, everydayVisit(index), start + minutes(70));
      }
      const sizes = [keys.session(session.id), keys.person(session.username)].map((key) =>
        connection.command('memory', 'usage', key),
      );
      const total = (await Promise.all(sizes)).reduce<number>((sum, size) => sum + Number(size), 0);
      expect(total).toBeGreaterThan(200);
      expect(total).toBeLessThanOrEqual(limit);
    }
  });

  test('a session that is over already is not written', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    const session = everydaySession('a', { idleAt: start });
    await stores.sessions.create(session);
    expect(await connection.command('exists', keys.session(session.id))).toBe(0);
    expect(await stores.sessions.find(session.id, start - 1)).toBeUndefined();
  });
});

describeWith(redisPrograms, "the index of a person's sessions in Redis", () => {
  const redis = setUpRedis();
  const { username } = everydaySession('');

  test('a look at the list while a login is being made does not lose its session', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    const session = everydaySession('a');
    await stores.sessions.create(session);
    // As it is between the two writes of a login: in the index, and not yet there
    const value = String(await connection.command('getdel', keys.session(session.id)));
    expect(await stores.sessions.listOfPerson(username, start)).toEqual([]);
    await connection.command('set', keys.session(session.id), value, 'PX', minutes(60));
    expect(await stores.sessions.listOfPerson(username, start)).toEqual([session]);
  });

  test('entries of sessions that are gone are tidied away when the list is read', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    await stores.sessions.create(everydaySession('gone'));
    await stores.sessions.create(everydaySession('kept'));
    await connection.command('del', keys.session(everydaySession('gone').id));
    const later = start + minutes(5);
    expect(await stores.sessions.listOfPerson(username, later)).toEqual([everydaySession('kept')]);
    expect(await connection.command('zcard', keys.person(username))).toBe(1);
  });

  test('a look at the list on a node whose clock is ahead does not lose a session that others still use', async () => {
    const { stores } = await redis.openShelf();
    const session = everydaySession('a');
    await stores.sessions.create(session);
    expect(await stores.sessions.listOfPerson(username, session.idleAt)).toEqual([]);
    expect(await stores.sessions.listOfPerson(username, session.idleAt - 1)).toEqual([session]);
  });

  test('entries past their end are tidied away when one is added', async () => {
    const { stores, connection, keys, setNow } = await redis.openShelf();
    await stores.sessions.create(everydaySession('short', { expiresAt: start + minutes(10) }));
    setNow(start + minutes(30));
    await stores.sessions.create(everydaySession('next'));
    expect(await connection.command('zcard', keys.person(username))).toBe(1);
  });

  test('a revoked session leaves its entry with it', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    await stores.sessions.create(everydaySession('a'));
    await stores.sessions.revoke(everydaySession('a').id);
    expect(await connection.command('exists', keys.person(username))).toBe(0);
  });

  test("another person's session in the index is nobody's to see", async () => {
    const { stores } = await redis.openShelf();
    const other = 'f1234567' as Username;
    await stores.sessions.create(everydaySession('a'));
    await stores.sessions.create(everydaySession('a', { username: other })).catch(() => {});
    expect(await stores.sessions.listOfPerson(other, start)).toEqual([]);
  });

  test('attack: a script that signs on without end: the oldest sessions end, none is left that nobody finds', async () => {
    const { stores } = await redis.openShelf();
    const sessions = Array.from({ length: mostSessionsOfPerson + 3 }, (_, index) =>
      everydaySession(`s${index}`, { createdAt: start + index, expiresAt: start + minutes(480) + index }),
    );
    for (const session of sessions) await stores.sessions.create(session);
    const listed = await stores.sessions.listOfPerson(username, start);
    expect(listed.map((it) => it.id)).toEqual(sessions.slice(3).map((it) => it.id));
    for (const { id } of sessions.slice(0, 3))
      expect(await stores.sessions.find(id as SessionId, start)).toBeUndefined();
  });
});
