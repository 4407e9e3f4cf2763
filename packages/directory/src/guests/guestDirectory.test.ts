import type { Username } from '@gakumon/terms';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHashingQueue } from '../hashingQueue.ts';
import { hashPassword } from '../password.ts';
import type { Guest, GuestRecords } from '../ports.ts';
import { findWeakness } from './findWeakness.ts';
import { createGuestDirectory } from './guestDirectory.ts';

const cost = { logN: 10, r: 8, p: 1 };
const taro = 'g-taro' as Username;
const initial = 'given-by-the-desk';
const chosen = 'a river in the morning';

let guest: Guest;
beforeAll(async () => {
  guest = {
    username: taro,
    passwordHash: await hashPassword(initial, cost),
    mustChangePassword: true,
    sponsor: 'f1234567' as Username,
    createdAt: 0,
    expiresAt: 1000,
    groups: ['guests'],
    attributes: { displayName: ['Taro'] },
  };
});

/** Records of guests, and what happens between the look and the write. */
function keeping(guests: readonly Guest[], between: (kept: Map<string, Guest>) => void = () => {}) {
  const kept = new Map<string, Guest>(guests.map((one) => [one.username, one]));
  const revisionOf = (one: Guest) => JSON.stringify(one);
  let isFirst = true;
  const records: GuestRecords = {
    async find(username) {
      const found = kept.get(username);
      return found && { guest: found, revision: revisionOf(found) };
    },
    list: async () => [...kept.values()],
    async replace(next, seen) {
      if (isFirst) between(kept);
      isFirst = false;
      const now = kept.get(next.username);
      if ((now && revisionOf(now)) !== seen) return false;
      kept.set(next.username, next);
      return true;
    },
    remove: async (username) => kept.delete(username),
  };
  return { kept, records };
}

function open({ records }: { readonly records: GuestRecords }, now = 10) {
  const hashed: number[] = [];
  const line = createHashingQueue({ running: 2, waiting: 9 });
  const directory = createGuestDirectory('guests', {
    records,
    clock: () => now,
    cost,
    queue: (work, who) => {
      hashed.push(1);
      return line(work, who);
    },
  });
  const change = (current: string, next: string) => directory.changePassword?.(taro, { current, next });
  return { directory, hashed, change };
}

describe('guests', () => {
  test('a password that was given out is right, and good for choosing another one', async () => {
    const { directory } = open(keeping([guest]));
    expect(await directory.verifyPassword(taro, initial)).toMatchObject({
      kind: 'accepted',
      person: {
        username: taro,
        directory: 'guests',
        account: { password: { kind: 'must-change' } },
        groups: ['guests'],
      },
    });
    expect(JSON.stringify(await directory.find(taro))).not.toContain('scrypt');
  });

  test('who is no guest costs the work of one who is', async () => {
    const { directory, hashed } = open(keeping([guest]));
    expect(await directory.verifyPassword('nobody' as Username, initial)).toEqual({ kind: 'rejected' });
    expect(await directory.verifyPassword(taro, 'wrong')).toEqual({ kind: 'rejected' });
    expect(hashed).toHaveLength(2);
  });

  test('the account closes with its last moment, and says so to the right password alone', async () => {
    const { directory } = open(keeping([guest]), 1000);
    expect((await directory.find(taro))?.account.closed).toEqual({ reason: 'expired', at: 1000 });
    expect(await directory.verifyPassword(taro, 'wrong')).toEqual({ kind: 'rejected' });
    expect((await open(keeping([guest]), 999).directory.find(taro))?.account.closed).toBeUndefined();
  });

  test('a new password takes the place of the old one, with a version of its own', async () => {
    const stored = keeping([guest]);
    const { directory, change } = open(stored);
    const before = await directory.find(taro);
    const changed = await change(initial, chosen);
    expect(changed).toMatchObject({ kind: 'changed', person: { account: {} } });
    const after = await directory.verifyPassword(taro, chosen);
    expect(after).toEqual({ kind: 'accepted', person: changed?.kind === 'changed' ? changed.person : undefined });
    expect(before?.passwordVersion).not.toBe((await directory.find(taro))?.passwordVersion);
    expect(await directory.verifyPassword(taro, initial)).toEqual({ kind: 'rejected' });
    expect(stored.kept.get(taro)?.passwordHash).toMatch(/^\$scrypt\$/);
  });

  test('a wrong present password changes nothing, and does not tell whether the new one would do', async () => {
    const stored = keeping([guest]);
    expect(await open(stored).change('wrong', 'short')).toEqual({ kind: 'rejected' });
    expect(stored.kept.get(taro)).toBe(guest);
  });

  test('a guest whose time is over chooses no password', async () => {
    expect(await open(keeping([guest]), 1000).change(initial, chosen)).toEqual({
      kind: 'refused',
      refusal: 'not-allowed',
    });
  });

  test('an extension at the same moment is not lost', async () => {
    const stored = keeping([guest], (kept) => kept.set(taro, { ...guest, expiresAt: 9000 }));
    expect(await open(stored).change(initial, chosen)).toMatchObject({ kind: 'changed' });
    expect(stored.kept.get(taro)).toMatchObject({ expiresAt: 9000, mustChangePassword: false });
  });

  test('the attack: whoever knows the old password loses against the desk that gives a new one at the same moment', async () => {
    const given = await hashPassword('from the desk again', cost);
    const stored = keeping([guest], (kept) => kept.set(taro, { ...guest, passwordHash: given }));
    expect(await open(stored).change(initial, chosen)).toEqual({ kind: 'rejected' });
    expect(stored.kept.get(taro)?.passwordHash).toBe(given);
  });

  test('one who is removed at the same moment does not come back', async () => {
    const stored = keeping([guest], (kept) => kept.delete(taro));
    expect(await open(stored).change(initial, chosen)).toEqual({ kind: 'rejected' });
    expect(stored.kept.size).toBe(0);
  });
});

describe('passwords that guests may not choose', () => {
  const weaknessOf = (next: string) => findWeakness(next, { username: 'g-taro', current: initial });
  test.each(['elevenchars', 'g-taro-2026', '、、、十一文字の秘密。'])('too short: %j', (next) => {
    expect(weaknessOf(next)).toBe('too-short');
  });

  test.each(['G-TARO g-taro g-taro', 'g-taro-202611', '2026g-taro2026'.slice(2)])('like the name: %j', (next) => {
    expect(weaknessOf(next)).toBe('like-name');
  });

  test.each([
    '',
    'half\ud800 a surrogate pair',
    'a'.repeat(40),
    'abababababababab',
    'Password1234!',
    '123456789012',
    'abcdefghijklm',
    'qwertyuiop12',
    `x${'é'.repeat(2000)}`,
  ])('%j', (next) => {
    expect(weaknessOf(next)).toBe('too-weak');
  });

  test('the present one again', () => expect(weaknessOf(initial)).toBe('used-before'));

  test.each([chosen, 'correct horse battery', 'とても長い秘密の言葉です', 'g-taro swims in the lake'])(
    'but %j',
    (next) => {
      expect(weaknessOf(next)).toBeUndefined();
    },
  );
});
