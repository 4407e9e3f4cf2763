import type { Username } from '@gakumon/terms';
import {
  type AdEntry,
  fixedClock,
  type PretendActiveDirectory,
  pretendActiveDirectory,
  toFileTime,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Directory } from '../ports.ts';
import { createLdapDirectory } from './ldapDirectory.ts';
import type { LdapSettings } from './settings.ts';
import { ldapSettings } from './testing/ldapSettings.ts';

const base = 'DC=example,DC=ac,DC=jp';
const service = { dn: `CN=gakumon,OU=Services,${base}`, password: 'service-password' };
const clock = fixedClock('2026-04-08T09:00:00Z');
const [minute, day] = [60_000, 86_400_000];
const daysAgo = (days: number): string => toFileTime(clock() - days * day);
const dnOf = (name: string): string => `CN=${name},OU=Staff,${base}`;

function person(name: string, attributes: AdEntry['attributes'] = {}): AdEntry {
  return {
    dn: dnOf(name),
    password: 'right-password',
    attributes: {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: name,
      userAccountControl: '512',
      pwdLastSet: daysAgo(30),
      accountExpires: '9223372036854775807',
      badPwdCount: '0',
      lockoutTime: '0',
      ...attributes,
    },
  };
}

const group = (name: string, member: readonly string[]): AdEntry => ({
  dn: `CN=${name},OU=Groups,${base}`,
  attributes: { objectClass: ['top', 'group'], member },
});

let ad: PretendActiveDirectory;
let directory: Directory;
beforeAll(async () => {
  ad = await pretendActiveDirectory({
    base,
    clock,
    tls: true,
    resetters: [service.dn],
    policy: { lockoutThreshold: 4, maxPasswordAge: 90 * day },
    entries: [
      ...['Staff', 'Groups', 'Services'].map((ou) => ({ dn: `OU=${ou},${base}`, attributes: { ou } })),
      { dn: service.dn, password: service.password, attributes: { userAccountControl: '66048' } },
      group('teachers', [dnOf('taro')]),
      group('members', [`CN=teachers,OU=Groups,${base}`]),
    ],
  });
  directory = openDirectory();
});

/** A directory on the server; settings that differ from those of a usual site may be given. */
function openDirectory(changes: Partial<LdapSettings> = {}): Directory {
  return createLdapDirectory(ldapSettings([ad.secureUrl ?? ''], { ...usual(), ...changes }), { clock });
}

const usual = (): Partial<LdapSettings> => ({
  ca: ad.ca,
  dialect: 'activeDirectory',
  bind: service,
  people: {
    by: 'search',
    base: `OU=Staff,${base}`,
    filter: '(&(objectClass=user)(sAMAccountName={username}))',
    scope: 'sub',
  },
  usernameAttribute: 'sAMAccountName',
  passwordVersion: ['pwdLastSet'],
  passwords: { change: 'self', place: { at: 'here' }, warning: 14 * day },
  lockout: { attempts: 4, window: 10 * minute },
});

/** The verdict with exactly that state of the account. */
const accepted = (username: string, account: object) => ({
  kind: 'accepted',
  person: expect.objectContaining({ username, account }),
});
const asked = (name: string, password = 'right-password') => directory.verifyPassword(name as Username, password);
const change = (name: string, next: string, current = 'right-password', by = directory) =>
  by.changePassword?.(name as Username, { current, next });

describe('what AD says of an account with the right password', () => {
  test.each<[string, AdEntry['attributes'], object]>([
    ['nothing', {}, {}],
    ['773', { pwdLastSet: '0' }, { password: { kind: 'must-change' } }],
    ['532', { pwdLastSet: daysAgo(91) }, { password: { kind: 'expired' } }],
    ['an end soon', { pwdLastSet: daysAgo(83) }, { password: { kind: 'expires', at: clock() + 7 * day } }],
    ['a password without end', { userAccountControl: '66048', pwdLastSet: daysAgo(900) }, {}],
    ['533', { userAccountControl: '514' }, { closed: { reason: 'disabled' } }],
    ['701', { accountExpires: daysAgo(1) }, { closed: { reason: 'expired', at: clock() - day } }],
    ['530', { logonHours: '\0'.repeat(21) }, { closed: { reason: 'disabled' } }],
    ['531', { userWorkstations: 'LAB01' }, { closed: { reason: 'disabled' } }],
  ])('%s', async (_, attributes, account) => {
    ad.put(person('hanako', attributes));
    expect(await asked('hanako')).toEqual(accepted('hanako', account));
    expect(await asked('hanako', 'wrong')).toEqual({ kind: 'rejected' });
  });

  test.each<[string, AdEntry['attributes'], object]>([
    ['disabled', { userAccountControl: '514' }, { closed: { reason: 'disabled' } }],
    ['expired', { accountExpires: daysAgo(1) }, { closed: { reason: 'expired', at: clock() - day } }],
    ['must change', { pwdLastSet: '0' }, { password: { kind: 'must-change' } }],
    ['expired password', { pwdLastSet: daysAgo(91) }, { password: { kind: 'expired' } }],
  ])('is read without it as well: %s', async (_, attributes, account) => {
    ad.put(person('hanako', attributes));
    expect((await directory.find('hanako' as Username))?.account).toEqual(account);
  });
});

test('who is there, in which groups, through others', async () => {
  ad.put(person('taro', { displayName: '学門 太郎' }));
  const nested = openDirectory({ groups: { by: 'nested', base: `OU=Groups,${base}`, filter: undefined, name: 'cn' } });
  expect(await nested.find('taro' as Username)).toMatchObject({
    groups: expect.arrayContaining(['teachers', 'members']),
    attributes: { displayName: ['学門 太郎'] },
  });
  expect(await directory.find('nobody' as Username)).toBeUndefined();
  expect(await asked('nobody')).toEqual({ kind: 'rejected' });
});

describe('law 11: wrong passwords never lock an account in AD', () => {
  test('one more would: it is held, and the right one works when the window has passed', async () => {
    ad.put(person('jiro'));
    const answers = await Promise.all(Array.from({ length: 12 }, () => asked('jiro', 'wrong')));
    expect(answers.filter(({ kind }) => kind === 'rejected')).toHaveLength(3);
    expect(answers.filter(({ kind }) => kind === 'held')).toHaveLength(9);
    expect(await asked('jiro')).toEqual({ kind: 'held', until: clock() + 10 * minute + 1000 });
    expect(await change('jiro', 'Another-password-1')).toMatchObject({ kind: 'held' });
    expect(ad.read(dnOf('jiro'), 'lockoutTime')).toEqual(['0']);
    clock.advance(10 * minute + 2000);
    expect((await asked('jiro')).kind).toBe('accepted');
  });

  test('locked by others: nothing is tried, and it ends when AD says so', async () => {
    const lockedNow = { badPwdCount: '4', badPasswordTime: toFileTime(clock()), lockoutTime: toFileTime(clock()) };
    ad.put(person('jiro', lockedNow));
    ad.asked.length = 0;
    expect(await asked('jiro')).toEqual({ kind: 'locked', until: clock() + 10 * minute });
    expect(await change('jiro', 'Another-password-1')).toEqual({ kind: 'locked', until: clock() + 10 * minute });
    expect(ad.asked).not.toContain(`bind ${dnOf('jiro')}`);
    clock.advance(10 * minute + 2000);
    expect((await asked('jiro')).kind).toBe('accepted');
  });

  test('locked between the reading and the bind: 775', async () => {
    const unaware = openDirectory({ lockout: undefined });
    ad.put(person('jiro', { lockoutTime: toFileTime(clock()) }));
    expect(await unaware.verifyPassword('jiro' as Username, 'right-password')).toMatchObject({ kind: 'locked' });
  });
});

describe('a new password', () => {
  test.each<[string, AdEntry['attributes']]>([
    ['of whoever wants one', {}],
    ['that must be', { pwdLastSet: '0' }],
    ['in the place of one that has expired', { pwdLastSet: daysAgo(91) }],
  ])('%s', async (_, attributes) => {
    ad.put(person('saburo', attributes));
    const before = await asked('saburo');
    const changed = await change('saburo', '新しい"パスワード"');
    expect(changed).toEqual({ ...accepted('saburo', {}), kind: 'changed' });
    const after = await asked('saburo', '新しい"パスワード"');
    expect(after).toEqual({ kind: 'accepted', person: changed?.kind === 'changed' ? changed.person : undefined });
    expect(versionIn(after)).not.toBe(versionIn(before));
    expect(await asked('saburo')).toEqual({ kind: 'rejected' });
  });

  test('is refused where AD refuses it', async () => {
    ad.put(person('saburo'));
    expect(await change('saburo', 'short')).toEqual({ kind: 'refused', refusal: 'too-weak' });
    expect(await change('saburo', '')).toEqual({ kind: 'refused', refusal: 'too-weak' });
    expect(await change('saburo', 'Another-password-1', 'wrong')).toEqual({ kind: 'rejected' });
    expect((await asked('saburo')).kind).toBe('accepted');
  });

  test.each<[AdEntry['attributes']]>([[{ userAccountControl: '514' }], [{ accountExpires: daysAgo(1) }]])(
    'attack: is none for a closed account: %j',
    async (attributes) => {
      ad.put(person('saburo', attributes));
      ad.asked.length = 0;
      expect(await change('saburo', 'Another-password-1')).toEqual({ kind: 'refused', refusal: 'not-allowed' });
      expect(ad.asked.join()).not.toContain('modify');
    },
  );

  test('by the one who searches, with the right to reset: after the present one was checked', async () => {
    const resetting = openDirectory({ passwords: { change: 'service', place: { at: 'here' }, warning: 0 } });
    ad.put(person('saburo', { pwdLastSet: '0' }));
    expect(await change('saburo', 'Another-password-1', 'wrong', resetting)).toEqual({ kind: 'rejected' });
    expect(await change('saburo', 'Another-password-1', 'right-password', resetting)).toMatchObject({
      kind: 'changed',
    });
    expect((await asked('saburo', 'Another-password-1')).kind).toBe('accepted');
  });

  test('attack: never goes in the clear', async () => {
    const plain = openDirectory({ servers: [ad.secureUrl ?? '', ad.url] });
    ad.put(person('saburo'));
    ad.asked.length = 0;
    await expect(change('saburo', 'Another-password-1', 'right-password', plain)).rejects.toMatchObject({
      code: 'directory-unavailable',
      hint: expect.stringContaining('ldaps://'),
    });
    expect(ad.asked.join()).not.toMatch(/bind CN=saburo|modify/);
  });

  test('over StartTLS as well', async () => {
    const starting = openDirectory({ servers: [ad.url], startTls: true });
    ad.put(person('saburo'));
    expect(await change('saburo', 'Another-password-1', 'right-password', starting)).toMatchObject({ kind: 'changed' });
  });
});

const versionIn = (verdict: Awaited<ReturnType<typeof asked>>): string | undefined =>
  verdict.kind === 'accepted' ? verdict.person.passwordVersion : undefined;

test('a server that wants TLS for passwords is trouble for the operator, not a wrong password', async () => {
  ad.put(person('saburo'));
  const plain = openDirectory({ servers: [ad.url] });
  await expect(plain.verifyPassword('saburo' as Username, 'right-password')).rejects.toMatchObject({
    code: 'directory-unavailable',
  });
});

test('attack: an empty password is no login, though AD says success', async () => {
  ad.put(person('saburo'));
  ad.asked.length = 0;
  expect(await asked('saburo', '')).toEqual({ kind: 'rejected' });
  expect(ad.asked.join()).not.toContain('bind CN=saburo');
});
