import { describe, expect, test } from '@jest/globals';
import type { LdapOutcome } from '../types.ts';
import { judgeChange } from './judgeChange.ts';

const answered = (code: number, error?: number): LdapOutcome => ({
  code,
  message: '',
  policy: error === undefined ? undefined : { error, timeBeforeExpiration: undefined, graceAuthNsRemaining: undefined },
});
const refused = (refusal: string) => ({ kind: 'refused', refusal });

describe('slapd', () => {
  test.each([
    [answered(0), { kind: 'changed' }],
    [answered(50, 3), refused('not-allowed')],
    [answered(50, 4), refused('not-allowed')],
    [answered(19, 5), refused('too-weak')],
    [answered(19, 6), refused('too-short')],
    [answered(19, 7), refused('too-young')],
    [answered(19, 8), refused('used-before')],
    [answered(19, 9), refused('too-weak')],
    [answered(19), refused('too-weak')],
    [answered(50), refused('not-allowed')],
    [answered(53), refused('not-allowed')],
  ])('%j', (outcome, judgement) => {
    expect(judgeChange(outcome, 'openldap')).toEqual(judgement);
  });

  test.each([1, 2, 8, 13, 32, 51, 52, 80])('%d is trouble of the server', (code) => {
    expect(() => judgeChange(answered(code), 'openldap')).toThrow(
      expect.objectContaining({ code: 'directory-unavailable' }),
    );
  });

  test('a copy that takes no changes is told as such', () => {
    expect(() => judgeChange(answered(10), 'openldap')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('holds a copy') }),
    );
  });
});

describe('AD and Samba', () => {
  const said = (code: number, message: string): LdapOutcome => ({ code, message, policy: undefined });
  const samba = (why: string) => said(19, `0000052D: Constraint violation - check_password_restrictions: ${why}`);
  test.each([
    [said(0, ''), { kind: 'changed' }],
    [
      said(
        19,
        '0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE)',
      ),
      refused('too-weak'),
    ],
    [said(53, '0000052d: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0\n'), refused('too-weak')],
    [said(19, '00000056: AtrErr: DSID-03190F80, #1:\n\t0: 00000056: DSID-03190F80'), { kind: 'rejected' }],
    [samba('the password is too short. It should be equal or longer than 7 characters!'), refused('too-short')],
    [samba('the password was already used (in history)!'), refused('used-before')],
    [samba('password is too young to change!'), refused('too-young')],
    [said(50, '00000005: SecErr: DSID-031A11D1, problem 4003 (INSUFF_ACCESS_RIGHTS)'), refused('not-allowed')],
  ])('%j', (outcome, judgement) => {
    expect(judgeChange(outcome, 'activeDirectory')).toEqual(judgement);
  });

  test('without TLS the operator is told what to do', () => {
    expect(() => judgeChange(said(53, '0000001F: SvcErr: DSID-031A126C, problem 5003'), 'activeDirectory')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('TLS') }),
    );
  });
});
