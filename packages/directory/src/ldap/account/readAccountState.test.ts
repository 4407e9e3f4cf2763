import { describe, expect, test } from '@jest/globals';
import { toLdapEntry } from '../connection/entries.ts';
import type { LdapAccountSettings, LdapDialect } from '../settings.ts';
import { writeFileTime } from './fileTime.ts';
import { accountAttributes, joinAccountStates, readAccountState } from './readAccountState.ts';
import { day, entryOf, now, settingsOf } from './testing/entries.ts';

const lockout = { attempts: 5, window: 600_000 };
const read = (dialect: LdapDialect, values: Parameters<typeof entryOf>[0]) =>
  readAccountState(entryOf(values), settingsOf({ dialect, lockout }), now);

describe('what slapd keeps of an account', () => {
  test.each([
    ['nothing', {}, {}],
    ['locked by staff', { pwdAccountLockedTime: '000001010000Z' }, { closed: { reason: 'locked' } }],
    [
      'locked a minute ago',
      { pwdAccountLockedTime: '20260408085900Z' },
      { closed: { reason: 'locked', until: now + 540_000 } },
    ],
    ['a lock that has ended, and that slapd leaves standing', { pwdAccountLockedTime: '20260408080000Z' }, {}],
    ['reset by staff', { pwdReset: 'TRUE' }, { password: { kind: 'must-change' } }],
    ['not reset', { pwdReset: 'FALSE' }, {}],
    [
      'an end that is past',
      { pwdEndTime: '20260401000000Z' },
      { closed: { reason: 'expired', at: Date.parse('2026-04-01T00:00:00Z') } },
    ],
    ['an end to come', { pwdEndTime: '20270401000000Z' }, {}],
    [
      'a beginning to come',
      { pwdStartTime: '20260409000000+0900' },
      { closed: { reason: 'not-yet-open', opensAt: Date.parse('2026-04-08T15:00:00Z') } },
    ],
    ['a beginning that is past', { pwdStartTime: '20260408000000Z' }, {}],
  ])('%s', (_, values, state) => {
    expect(read('openldap', values as Record<string, string>)).toEqual(state);
  });

  test('a lock with a time is left to the bind where nobody said how long locks last', () => {
    const entry = entryOf({ pwdAccountLockedTime: '20260408085900Z' });
    expect(readAccountState(entry, settingsOf(), now)).toEqual({});
  });
});

describe('what AD keeps of an account', () => {
  const normal = { userAccountControl: '512', pwdLastSet: writeFileTime(now - 30 * day) };
  test.each([
    ['nothing special', { accountExpires: '9223372036854775807', lockoutTime: '0' }, {}],
    ['accountExpires 0 is never', { accountExpires: '0' }, {}],
    ['disabled', { userAccountControl: '514' }, { closed: { reason: 'disabled' } }],
    ['expired', { accountExpires: writeFileTime(now - day) }, { closed: { reason: 'expired', at: now - day } }],
    ['expires tomorrow', { accountExpires: writeFileTime(now + day) }, {}],
    ['locked', { 'msDS-User-Account-Control-Computed': '16' }, { closed: { reason: 'locked' } }],
    [
      'locked, with its time',
      { 'msDS-User-Account-Control-Computed': '16', lockoutTime: writeFileTime(now - 60_000) },
      { closed: { reason: 'locked', until: now + 540_000 } },
    ],
    [
      'a lock that has ended: its time stays',
      { 'msDS-User-Account-Control-Computed': '0', lockoutTime: writeFileTime(now - 60_000) },
      {},
    ],
    [
      'a server that computes no flags',
      { lockoutTime: writeFileTime(now - 60_000) },
      { closed: { reason: 'locked', until: now + 540_000 } },
    ],
    ['a server that computes none, long after', { lockoutTime: writeFileTime(now - day) }, {}],
    ['must change', { pwdLastSet: '0' }, { password: { kind: 'must-change' } }],
    [
      'must change: the computed flag says expired as well',
      { pwdLastSet: '0', 'msDS-User-Account-Control-Computed': '8388608' },
      { password: { kind: 'must-change' } },
    ],
    [
      'expired password by flag',
      { 'msDS-User-Account-Control-Computed': '8388608' },
      { password: { kind: 'expired' } },
    ],
    [
      'expired password by time',
      { 'msDS-UserPasswordExpiryTimeComputed': writeFileTime(now - 1) },
      { password: { kind: 'expired' } },
    ],
    [
      'expires in a week',
      { 'msDS-UserPasswordExpiryTimeComputed': writeFileTime(now + 7 * day) },
      { password: { kind: 'expires', at: now + 7 * day } },
    ],
    [
      'expires in a month: not yet spoken of',
      { 'msDS-UserPasswordExpiryTimeComputed': writeFileTime(now + 30 * day) },
      {},
    ],
    ['expires never', { 'msDS-UserPasswordExpiryTimeComputed': '9223372036854775807' }, {}],
    [
      'a password that never expires',
      { userAccountControl: '66048', pwdLastSet: '0', 'msDS-UserPasswordExpiryTimeComputed': writeFileTime(now - 1) },
      {},
    ],
    ['a smart card', { userAccountControl: '262656', pwdLastSet: '0' }, {}],
    [
      'disabled and locked: the sterner is told',
      { userAccountControl: '514', 'msDS-User-Account-Control-Computed': '16' },
      { closed: { reason: 'disabled' } },
    ],
  ])('%s', (_, values, state) => {
    expect(read('activeDirectory', { ...normal, ...(values as Record<string, string>) })).toEqual(state);
  });
});

describe('what the attributes that gakumon.yaml names say', () => {
  const account: LdapAccountSettings = {
    opens: 'opensOn',
    expires: 'expiresOn',
    disabled: { attribute: 'accountStatus', values: ['suspended', '休学'] },
    left: { attribute: 'accountStatus', values: ['Graduated'] },
  };
  const readWith = (values: Parameters<typeof entryOf>[0]) =>
    readAccountState(entryOf(values), settingsOf({ account }), now).closed;

  test.each([
    ['2026-04-08', undefined],
    ['20260408', undefined],
    ['2026/04/07', { reason: 'expired', at: Date.parse('2026-04-08T00:00:00+09:00') }],
    ['20260407150000Z', { reason: 'expired', at: Date.parse('2026-04-07T15:00:00Z') }],
    ['20260408090000Z', { reason: 'expired', at: now }],
    ['20270331145959Z', undefined],
    ['  ', undefined],
    ['31.3.2027', { reason: 'expired' }],
    ['2026-02-30', { reason: 'expired' }],
    ['x'.repeat(1_000_000), { reason: 'expired' }],
  ])('an end of %.20s', (expiresOn, closed) => {
    expect(readWith({ expiresOn })).toEqual(closed);
  });

  test.each([
    ['2026-04-08', undefined],
    ['2026-04-09', { reason: 'not-yet-open', opensAt: Date.parse('2026-04-09T00:00:00+09:00') }],
    ['20260408090001Z', { reason: 'not-yet-open', opensAt: now + 1000 }],
    ['', undefined],
    ['April', { reason: 'not-yet-open' }],
  ])('a beginning of %j', (opensOn, closed) => {
    expect(readWith({ opensOn })).toEqual(closed);
  });

  test('of several ends the first counts, of several beginnings the last', () => {
    expect(readWith({ expiresOn: ['2027-01-01', '2026-01-01'] })).toMatchObject({ reason: 'expired' });
    expect(readWith({ opensOn: ['2026-01-01', '2027-01-01'] })).toMatchObject({ reason: 'not-yet-open' });
  });

  test.each([
    ['SUSPENDED ', 'disabled'],
    ['休学', 'disabled'],
    ['graduated', 'left'],
    ['active', undefined],
  ])('a status of %j', (accountStatus, reason) => {
    expect(readWith({ accountStatus })?.reason).toBe(reason);
  });

  test('who has left is told so, whatever else there is', () => {
    const values = { accountStatus: ['suspended', 'graduated'], expiresOn: '2020-01-01', opensOn: '2030-01-01' };
    expect(readWith({ ...values, pwdAccountLockedTime: '000001010000Z' })).toEqual({ reason: 'left' });
  });

  test('shadowExpire counts days, and -1 is never', () => {
    const shadow = { ...account, expires: 'shadowExpire' };
    const readDays = (days: string) =>
      readAccountState(entryOf({ shadowExpire: days }), settingsOf({ account: shadow }), now).closed?.reason;
    const today = Math.floor((now + 9 * 3_600_000) / day);
    expect(readDays('-1')).toBeUndefined();
    expect(readDays(String(today + 1))).toBeUndefined();
    expect(readDays(String(today))).toBe('expired');
    expect(readDays('soon')).toBe('expired');
  });
});

describe('attack: nonsense values throw nothing, and open nothing', () => {
  const nonsense = [
    '',
    '-1',
    'TRUE',
    '0x2',
    '99999999999999999999',
    '\0',
    'NaN',
    '__proto__',
    '９',
    '0'.repeat(100_000),
  ];
  const closing: readonly (readonly [LdapDialect, string])[] = [
    ['openldap', 'pwdAccountLockedTime'],
    ['openldap', 'pwdEndTime'],
    ['openldap', 'pwdStartTime'],
    ['activeDirectory', 'accountExpires'],
    ['activeDirectory', 'userAccountControl'],
    ['activeDirectory', 'msDS-User-Account-Control-Computed'],
  ];
  test.each(closing)('%s: %s', (dialect, attribute) => {
    for (const value of nonsense.filter((one) => one !== '-1')) {
      expect([value, read(dialect, { [attribute]: value }).closed]).toEqual([value, expect.anything()]);
    }
  });

  test('an attribute that only warns says nothing then', () => {
    for (const value of nonsense) {
      const values = { pwdLastSet: value, lockoutTime: value, 'msDS-UserPasswordExpiryTimeComputed': value };
      expect(read('activeDirectory', values)).toEqual({});
      expect(read('openldap', { shadowExpire: value })).toEqual({});
    }
  });

  test('octets that are no text close as any other nonsense does', () => {
    const settings = settingsOf({ account: { ...settingsOf().account, expires: 'expiresOn' } });
    const entry = toLdapEntry({ dn: 'uid=x', expiresOn: Buffer.from([0x82, 0xa0, 0xff]) }, new Set());
    expect(readAccountState(entry, settings, now).closed).toEqual({ reason: 'expired' });
  });

  test('a hundred thousand values are not all read', () => {
    const expiresOn = Array.from({ length: 100_000 }, () => '2027-01-01');
    const settings = settingsOf({ account: { ...settingsOf().account, expires: 'expiresOn' } });
    expect(readAccountState(entryOf({ expiresOn }), settings, now)).toEqual({});
  });
});

test('what the entry says and what the bind says are joined, the sterner of each first', () => {
  const at = now + day;
  expect(joinAccountStates({}, {})).toEqual({});
  expect(joinAccountStates({ password: { kind: 'must-change' } }, { password: { kind: 'expires', at } })).toEqual({
    password: { kind: 'must-change' },
  });
  expect(joinAccountStates({ closed: { reason: 'left' } }, { closed: { reason: 'disabled' } })).toEqual({
    closed: { reason: 'left' },
  });
  expect(joinAccountStates({ closed: { reason: 'locked' } }, { password: { kind: 'expired' } })).toEqual({
    closed: { reason: 'locked' },
    password: { kind: 'expired' },
  });
});

test('what is read is asked for by name, once', () => {
  const account = { ...settingsOf().account, opens: 'accountExpires', expires: 'ACCOUNTEXPIRES' };
  const names = accountAttributes(settingsOf({ dialect: 'activeDirectory', account }));
  expect(names).toEqual(
    expect.arrayContaining(['msDS-User-Account-Control-Computed', 'badPwdCount', 'pwdChangedTime']),
  );
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  expect(accountAttributes(settingsOf())).toContain('pwdFailureTime');
});
