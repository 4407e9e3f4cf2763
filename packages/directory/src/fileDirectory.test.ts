import type { Username } from '@gakumon/terms';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createFileDirectory, makeDummyHash } from './fileDirectory.ts';
import type { FilePerson } from './filePerson.ts';
import { createHashingQueue } from './hashingQueue.ts';
import { hashPassword } from './password.ts';
import { defaultCost } from './passwordHash.ts';

const cheap = { logN: 10, r: 8, p: 1 };
const named = (name: string) => name as Username;

let hanako: FilePerson;
beforeAll(async () => {
  hanako = {
    username: 's1234567',
    passwordHash: await hashPassword('gakumon-demo', cheap),
    groups: ['students'],
    totpSecret: 'JBSWY3DPEHPK3PXP',
    attributes: { jaDisplayName: ['学門 花子'], affiliation: ['student'] },
  };
});

describe('createFileDirectory', () => {
  test('the right password gives the person, and no secret with it', async () => {
    const directory = createFileDirectory('local', () => [hanako]);
    expect(await directory.verifyPassword(named('s1234567'), 'gakumon-demo')).toEqual({
      kind: 'accepted',
      person: {
        username: 's1234567',
        directory: 'local',
        passwordVersion: expect.stringMatching(/^[\w-]{12}$/),
        account: {},
        groups: ['students'],
        attributes: { jaDisplayName: ['学門 花子'], affiliation: ['student'] },
      },
    });
    expect((await directory.find(named('s1234567')))?.groups).toEqual(['students']);
  });

  test('the TOTP secret is told to whoever asks for it by name, and to nobody else', async () => {
    const directory = createFileDirectory('local', () => [
      { ...hanako, totpSecret: 'jbsw y3dp ehpk 3pxp' },
      { ...hanako, username: 'f1234567', totpSecret: undefined },
    ]);
    expect(await directory.totpSecretOf?.(named('s1234567'))).toBe('JBSWY3DPEHPK3PXP');
    for (const other of ['f1234567', 'x', '__proto__']) {
      expect(await directory.totpSecretOf?.(named(other))).toBeUndefined();
    }
    const person = await directory.find(named('s1234567'));
    expect(JSON.stringify(person).toUpperCase()).not.toContain('JBSW');
  });

  test('a wrong password and an unknown person get the same answer for the same work', async () => {
    const counted: string[] = [];
    const queue = createHashingQueue({ running: 1, waiting: 9 });
    const directory = createFileDirectory(
      'local',
      () => [hanako],
      (work, waiting) => {
        counted.push('hash');
        return queue(work, waiting);
      },
    );
    const wrong = await directory.verifyPassword(named('s1234567'), 'guess');
    expect(counted).toEqual(['hash']);
    const unknown = await directory.verifyPassword(named('s7654321'), 'guess');
    expect(counted).toEqual(['hash', 'hash']);
    expect(unknown).toEqual(wrong);
    expect(wrong).toEqual({ kind: 'rejected' });
  });

  test('what an unknown person is compared with costs what the people of the file cost, always the same for one name', () => {
    const costs = [cheap, { logN: 11, r: 8, p: 1 }];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const { cost } = makeDummyHash(named(name), costs);
      expect(costs).toContainEqual(cost);
      expect(makeDummyHash(named(name), costs).cost).toEqual(cost);
    }
    expect(makeDummyHash(named('a'), []).cost).toEqual(defaultCost);
  });

  test.each(['__proto__', 'constructor', 'toString'])('nobody is called %s', async (name) => {
    const directory = createFileDirectory('local', () => [hanako]);
    expect(await directory.find(named(name))).toBeUndefined();
    expect(await directory.verifyPassword(named(name), 'gakumon-demo')).toEqual({ kind: 'rejected' });
  });

  test('an empty, a monstrous and a malformed password are rejected', async () => {
    const directory = createFileDirectory('local', () => [hanako]);
    for (const password of ['', 'x'.repeat(5_000_000), '\udfff']) {
      expect(await directory.verifyPassword(named('s1234567'), password)).toEqual({ kind: 'rejected' });
    }
  });

  test('a reloaded file takes effect at once: who left is out, who came is in', async () => {
    let people: readonly FilePerson[] = [hanako];
    const directory = createFileDirectory('local', () => people);
    expect(await directory.find(named('s1234567'))).toBeDefined();
    people = [{ ...hanako, username: 'f1234567' }];
    expect(await directory.find(named('s1234567'))).toBeUndefined();
    expect(await directory.verifyPassword(named('s1234567'), 'gakumon-demo')).toEqual({ kind: 'rejected' });
    expect((await directory.verifyPassword(named('f1234567'), 'gakumon-demo')).kind).toBe('accepted');
  });

  test('a flood of logins is refused as busy', async () => {
    const directory = createFileDirectory('local', () => [hanako], createHashingQueue({ running: 1, waiting: 1 }));
    const flood = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => directory.verifyPassword(named(`guess${i}`), 'guess')),
    );
    const refused = flood.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(18);
    expect(refused[0]).toMatchObject({ reason: { code: 'busy' } });
    expect((await directory.verifyPassword(named('s1234567'), 'gakumon-demo')).kind).toBe('accepted');
  });

  test('attack: for who has hung up nothing is hashed, and one network does not fill the queue of all', async () => {
    const queue = createHashingQueue({ running: 1, waiting: 2, waitingPerTurn: 1 });
    const directory = createFileDirectory('local', () => [hanako], queue);
    const ask = (turn: string, signal?: AbortSignal) =>
      directory.verifyPassword(named('s1234567'), 'gakumon-demo', { turn, signal });
    await expect(ask('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'busy' });
    const logins = await Promise.allSettled([ask('a'), ask('a'), ask('a'), ask('b')]);
    expect(logins.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('a file with two people of one name is not used at all', async () => {
    const directory = createFileDirectory('local', () => [hanako, hanako]);
    await expect(directory.verifyPassword(named('s1234567'), 'gakumon-demo')).rejects.toMatchObject({
      code: 'document-invalid',
      detail: expect.stringContaining('people[1].username'),
    });
  });
});

describe('accounts that open and close on a day', () => {
  const at = (now: number, dates: Partial<FilePerson>) =>
    createFileDirectory(
      'local',
      () => [{ ...hanako, ...dates }],
      undefined,
      () => now,
    );
  const closedAt = async (now: number, dates: Partial<FilePerson>) =>
    (await at(now, dates).find(named('s1234567')))?.account;

  test('open from the one moment, and closed from the other, to the millisecond', async () => {
    const dates = { opensAt: 1000, expiresAt: 2000 };
    expect(await closedAt(999, dates)).toEqual({ closed: { reason: 'not-yet-open', opensAt: 1000 } });
    expect(await closedAt(1000, dates)).toEqual({});
    expect(await closedAt(1999, dates)).toEqual({});
    expect(await closedAt(2000, dates)).toEqual({ closed: { reason: 'expired', at: 2000 } });
  });

  test('a day that comes takes effect without another reading of the file', async () => {
    let now = 999;
    const directory = createFileDirectory(
      'local',
      () => [{ ...hanako, opensAt: 1000 }],
      undefined,
      () => now,
    );
    const before = await directory.verifyPassword(named('s1234567'), 'gakumon-demo');
    now = 1000;
    const after = await directory.verifyPassword(named('s1234567'), 'gakumon-demo');
    expect([before, after]).toMatchObject([
      { kind: 'accepted', person: { account: { closed: { reason: 'not-yet-open' } } } },
      { kind: 'accepted', person: { account: {} } },
    ]);
  });

  test('whoever is switched off is that, whatever the dates say', async () => {
    expect(await closedAt(3000, { isDisabled: true, expiresAt: 2000 })).toEqual({ closed: { reason: 'disabled' } });
  });

  test('its people can be listed', async () => {
    const listed: string[] = [];
    for await (const username of at(0, {}).listUsernames?.() ?? []) listed.push(username);
    expect(listed).toEqual(['s1234567']);
  });
});
