import type { Username } from '@gakumon/terms';
import {
  describeWith,
  type LdifEntry,
  type PrivateSlapd,
  privateSlapd,
  slapdPerson,
  slapdPersonDn,
  slapdPrograms,
  slapdRoot,
} from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Directory } from '../ports.ts';
import { createLdapDirectory } from './ldapDirectory.ts';
import type { LdapSettings } from './settings.ts';
import { ldapSettings } from './testing/ldapSettings.ts';

const right = 'right-password';
const [day, hour] = [86_400_000, 3_600_000];
const ago = (milliseconds: number): string =>
  `${new Date(Date.now() - milliseconds).toISOString().replace(/[-:T]|\..*/g, '')}Z`;

/** The verdict with exactly that state of the account. */
const accepted = (username: Username, account: object) => ({
  kind: 'accepted',
  person: expect.objectContaining({ username, account }),
});

describeWith(slapdPrograms, 'how accounts stand in a slapd with a password policy', () => {
  let slapd: PrivateSlapd;
  let directory: Directory;
  const opened: Directory[] = [];
  const open = (changes: Partial<LdapSettings> = {}): Directory => {
    const lockout = { attempts: 3, window: hour };
    const passwords = { change: 'self', place: { at: 'here' }, warning: 14 * day } as const;
    const settings = ldapSettings([slapd.url], { lockout, passwords, ...changes });
    const made = createLdapDirectory(settings, { clock: Date.now });
    opened.push(made);
    return made;
  };
  beforeAll(async () => {
    slapd = await privateSlapd({
      serviceSetsPasswords: true,
      policy: {
        pwdMaxFailure: 3,
        pwdLockout: 'TRUE',
        pwdLockoutDuration: 3600,
        pwdFailureCountInterval: 3600,
        pwdMaxAge: (90 * day) / 1000,
        pwdExpireWarning: (14 * day) / 1000,
        pwdMinAge: 3600,
        pwdMinLength: 10,
        pwdCheckQuality: 2,
        pwdInHistory: 2,
        pwdMustChange: 'TRUE',
        pwdAllowUserChange: 'TRUE',
      },
    });
    directory = open();
  });
  afterAll(() => Promise.all(opened.map((one) => one.close?.())));

  let made = 0;
  /** A person of the test's own. */
  const person = async (attributes: LdifEntry['attributes'] = {}): Promise<Username> => {
    made += 1;
    const uid = `person${made}`;
    await slapd.add(slapdPerson(uid, { userPassword: right, pwdChangedTime: ago(30 * day), ...attributes }));
    return uid as Username;
  };
  const kept = (uid: string, attribute: string): Promise<string> => slapd.search(`(uid=${uid})`, attribute);
  const change = (uid: Username, next: string, by = directory) => by.changePassword?.(uid, { current: right, next });

  describe('what is said with the right password', () => {
    test.each<[string, LdifEntry['attributes'], object]>([
      ['nothing', {}, {}],
      ['must change', { pwdReset: 'TRUE' }, { password: { kind: 'must-change' } }],
      ['expired', { pwdChangedTime: ago(91 * day) }, { password: { kind: 'expired', isFinal: true } }],
    ])('%s', async (_, attributes, account) => {
      const uid = await person(attributes);
      expect(await directory.verifyPassword(uid, right)).toEqual(accepted(uid, account));
      expect(await directory.verifyPassword(uid, 'wrong')).toEqual({ kind: 'rejected' });
    });

    test('expires soon', async () => {
      const uid = await person({ pwdChangedTime: ago(80 * day) });
      const verdict = await directory.verifyPassword(uid, right);
      const state = verdict.kind === 'accepted' ? verdict.person.account.password : undefined;
      const left = state?.kind === 'expires' ? state.at - Date.now() : 0;
      expect(left / day).toBeCloseTo(10, 2);
    });

    test('must change is read without it as well', async () => {
      const uid = await person({ pwdReset: 'TRUE' });
      expect((await directory.find(uid))?.account).toEqual({ password: { kind: 'must-change' } });
    });
  });

  describe('locked', () => {
    test('by staff, for good: no password is tried', async () => {
      const uid = await person({ pwdAccountLockedTime: '000001010000Z' });
      expect(await directory.verifyPassword(uid, right)).toEqual({ kind: 'locked', until: undefined });
      expect(await change(uid, 'Another-password-1')).toEqual({ kind: 'locked', until: undefined });
    });

    test('by others a minute ago: until the window has passed', async () => {
      const uid = await person({ pwdAccountLockedTime: ago(60_000) });
      const verdict = await directory.verifyPassword(uid, right);
      expect(verdict).toEqual({ kind: 'locked', until: expect.any(Number) });
      expect((await directory.find(uid))?.account.closed?.reason).toBe('locked');
    });

    test('where nobody said how long it lasts, slapd itself says that it does, and when it has ended', async () => {
      const unaware = open({ lockout: undefined });
      expect(await unaware.verifyPassword(await person({ pwdAccountLockedTime: ago(60_000) }), right)).toMatchObject({
        kind: 'locked',
      });
      const unlocked = await person({ pwdAccountLockedTime: ago(2 * hour) });
      expect(await unaware.verifyPassword(unlocked, right)).toMatchObject({ kind: 'accepted' });
    });
  });

  describe('law 11', () => {
    test('attack: wrong passwords through the directory, many at once, never lock the account at slapd', async () => {
      const uid = await person();
      const guesses = await Promise.all(
        Array.from({ length: 10 }, (_, guess) => directory.verifyPassword(uid, `wrong${guess}`)),
      );
      expect(guesses.filter(({ kind }) => kind === 'rejected')).toHaveLength(2);
      expect(guesses.filter(({ kind }) => kind === 'held')).toHaveLength(8);
      expect(await directory.verifyPassword(uid, right)).toEqual({ kind: 'held', until: expect.any(Number) });
      expect(await change(uid, 'Another-password-1')).toMatchObject({ kind: 'held' });
      expect(await kept(uid, 'pwdAccountLockedTime')).not.toContain('pwdAccountLockedTime');
      // As after an hour
      await slapd.change({ dn: slapdPersonDn(uid), replace: { pwdFailureTime: [ago(2 * hour), ago(3 * hour)] } });
      expect((await directory.verifyPassword(uid, right)).kind).toBe('accepted');
    });

    test('a wrong password elsewhere counts as well, and a right one makes room again', async () => {
      const uid = await person({ pwdFailureTime: ago(60_000) });
      expect(await directory.verifyPassword(uid, 'wrong')).toEqual({ kind: 'rejected' });
      expect((await directory.verifyPassword(uid, right)).kind).toBe('held');
      const other = await person({ pwdFailureTime: ago(60_000) });
      expect((await directory.verifyPassword(other, right)).kind).toBe('accepted');
      expect(await directory.verifyPassword(other, 'wrong')).toEqual({ kind: 'rejected' });
      expect((await directory.verifyPassword(other, right)).kind).toBe('accepted');
    });
  });

  describe('a new password', () => {
    test.each<[string, LdifEntry['attributes']]>([
      ['of whoever wants one', {}],
      ['that must be', { pwdReset: 'TRUE' }],
    ])('%s', async (_, attributes) => {
      const uid = await person(attributes);
      const before = (await directory.find(uid))?.passwordVersion;
      const changed = await change(uid, '新しい Password 1');
      expect(changed).toEqual({ ...accepted(uid, {}), kind: 'changed' });
      const after = await directory.verifyPassword(uid, '新しい Password 1');
      expect(after).toEqual({ kind: 'accepted', person: changed?.kind === 'changed' ? changed.person : undefined });
      expect(after.kind === 'accepted' && after.person.passwordVersion).not.toBe(before);
      expect(await directory.verifyPassword(uid, right)).toEqual({ kind: 'rejected' });
    });

    test('with a wrong present one is none', async () => {
      const uid = await person();
      const wrong = { current: 'wrong', next: 'Another-password-1' };
      expect(await directory.changePassword?.(uid, wrong)).toEqual({ kind: 'rejected' });
      expect((await directory.verifyPassword(uid, right)).kind).toBe('accepted');
    });

    test('is refused with the reason of slapd', async () => {
      const uid = await person();
      expect(await change(uid, 'short')).toEqual({ kind: 'refused', refusal: 'too-short' });
      expect(await change(uid, '')).toEqual({ kind: 'refused', refusal: 'too-weak' });
      expect(await change(uid, right)).toEqual({ kind: 'refused', refusal: 'used-before' });
      const young = await person({ pwdChangedTime: ago(60_000) });
      expect(await change(young, 'Another-password-1')).toEqual({ kind: 'refused', refusal: 'too-young' });
    });

    test('after the end, without grace: only the one who searches can write it', async () => {
      const uid = await person({ pwdChangedTime: ago(91 * day) });
      expect(await change(uid, 'Another-password-1')).toEqual({ kind: 'refused', refusal: 'not-allowed' });
      const service = open({ passwords: { change: 'service', place: { at: 'here' }, warning: 0 } });
      const wrong = { current: 'wrong', next: 'Another-password-1' };
      expect(await service.changePassword?.(uid, wrong)).toEqual({ kind: 'rejected' });
      expect(await change(uid, 'Another-password-1', service)).toEqual({ ...accepted(uid, {}), kind: 'changed' });
      expect(await directory.verifyPassword(uid, 'Another-password-1')).toEqual(accepted(uid, {}));
    });

    test('written by an administrator of passwords is the person’s own choice, and need not be changed again', async () => {
      const uid = await person({ pwdReset: 'TRUE' });
      const passwords = { change: 'service', place: { at: 'here' }, warning: 0 } as const;
      const administrator = open({ bind: slapdRoot, passwords });
      expect(await change(uid, 'Another-password-1', administrator)).toEqual({ ...accepted(uid, {}), kind: 'changed' });
    });

    test('attack: of somebody who has left is not written', async () => {
      const uid = await person({ employeeType: 'left' });
      const account = { ...ldapSettings([]).account, left: { attribute: 'employeeType', values: ['left'] } };
      expect(await change(uid, 'Another-password-1', open({ account }))).toEqual({
        kind: 'refused',
        refusal: 'not-allowed',
      });
      expect((await directory.verifyPassword(uid, right)).kind).toBe('accepted');
    });
  });

  test('with logins of grace the person gets in, and can choose another password alone', async () => {
    const grace = `cn=grace,ou=policies,${slapdPersonDn('x').split('ou=people,')[1]}`;
    await slapd.add({
      dn: grace,
      attributes: {
        objectClass: ['device', 'pwdPolicy'],
        cn: 'grace',
        pwdAttribute: 'userPassword',
        pwdMaxAge: 3600,
        pwdGraceAuthNLimit: 3,
      },
    });
    const uid = await person({ pwdPolicySubentry: grace });
    expect(await directory.verifyPassword(uid, right)).toMatchObject({
      kind: 'accepted',
      person: { account: { password: { kind: 'expired' } } },
    });
    expect(await change(uid, 'Another-password-1')).toMatchObject({ kind: 'changed' });
    expect(await directory.verifyPassword(uid, 'Another-password-1')).toEqual(accepted(uid, {}));
  });
});
