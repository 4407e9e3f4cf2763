import { describe, expect, test } from '@jest/globals';
import type { LdapOutcome, PasswordPolicyAnswer } from '../types.ts';
import { judgeBind } from './judgeBind.ts';
import { now } from './testing/entries.ts';

const adMessage = (data: string): string =>
  `80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data ${data}, v4563\0`;
const refusedByAd = (message: string): LdapOutcome => ({ code: 49, message, policy: undefined });
const answered = (code: number, policy?: Partial<PasswordPolicyAnswer>): LdapOutcome => ({
  code,
  message: '',
  policy: policy && { error: undefined, timeBeforeExpiration: undefined, graceAuthNsRemaining: undefined, ...policy },
});

describe('AD', () => {
  test.each([
    ['52e', { kind: 'rejected' }],
    ['525', { kind: 'rejected' }],
    ['773', { kind: 'accepted', isBound: false, account: { password: { kind: 'must-change' } } }],
    ['532', { kind: 'accepted', isBound: false, account: { password: { kind: 'expired' } } }],
    ['533', { kind: 'accepted', isBound: false, account: { closed: { reason: 'disabled' } } }],
    ['701', { kind: 'accepted', isBound: false, account: { closed: { reason: 'expired' } } }],
    ['530', { kind: 'accepted', isBound: false, account: { closed: { reason: 'disabled' } } }],
    ['531', { kind: 'accepted', isBound: false, account: { closed: { reason: 'disabled' } } }],
    ['775', { kind: 'locked' }],
    ['000775', { kind: 'locked' }],
    ['999', { kind: 'rejected' }],
  ])('data %s', (data, judgement) => {
    expect(judgeBind(refusedByAd(adMessage(data)), 'activeDirectory', now)).toEqual(judgement);
  });

  test('upper case is the same', () => {
    expect(judgeBind(refusedByAd(adMessage('52E')), 'activeDirectory', now)).toEqual({ kind: 'rejected' });
    const shouting = adMessage('773').toUpperCase();
    expect(judgeBind(refusedByAd(shouting), 'activeDirectory', now)).toMatchObject({ kind: 'accepted' });
  });

  test.each([
    'data 773',
    'invalid credentials, data 773, v4563',
    `${adMessage('52e').slice(0, -1)}, data 773, v4563`,
    '80090308: LdapErr: DSID-0C090449, comment: data 773, data 52e, v4563',
    '80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data 773',
    `x ${adMessage('773')}`,
    `${adMessage('52e')}\n${adMessage('773')}`,
    `${adMessage('773')}${' '.repeat(1_000_000)}`,
    '8'.repeat(1_000_000),
    '',
  ])('attack: a code in another place, or in a text without end, is no word of AD: %.60s', (message) => {
    expect(judgeBind(refusedByAd(message), 'activeDirectory', now)).toEqual({ kind: 'rejected' });
  });

  test('attack: no other code than 49 is an account that only wants a new password', () => {
    for (const code of [1, 2, 8, 51, 52, 53, 80]) {
      const outcome = { code, message: adMessage('773'), policy: undefined };
      expect(() => judgeBind(outcome, 'activeDirectory', now)).toThrow(
        expect.objectContaining({ code: 'directory-unavailable' }),
      );
    }
  });

  test('attack: slapd saying it in AD’s words is a wrong password', () => {
    expect(judgeBind(refusedByAd(adMessage('773')), 'openldap', now)).toEqual({ kind: 'rejected' });
  });

  test.each(['80090346', '568'])('%s is about the way we came, not about the password', (data) => {
    expect(() => judgeBind(refusedByAd(adMessage(data)), 'activeDirectory', now)).toThrow(
      expect.objectContaining({ code: 'directory-unavailable', detail: expect.stringContaining(data) }),
    );
  });
});

describe('slapd', () => {
  const accepted = (account: object, isBound = true) => ({ kind: 'accepted', account, isBound });
  test.each([
    ['accepted', answered(0), accepted({})],
    ['accepted, with a control that says nothing', answered(0, {}), accepted({})],
    [
      'expires soon',
      answered(0, { timeBeforeExpiration: 3600 }),
      accepted({ password: { kind: 'expires', at: now + 3_600_000 } }),
    ],
    ['let in and called locked', answered(0, { error: 1 }), accepted({ closed: { reason: 'locked' } })],
    ['must change', answered(0, { error: 2 }), accepted({ password: { kind: 'must-change' } })],
    ['grace', answered(0, { graceAuthNsRemaining: 2 }), accepted({ password: { kind: 'expired' } })],
    ['the last grace', answered(0, { graceAuthNsRemaining: 0 }), accepted({ password: { kind: 'expired' } })],
    ['expired', answered(49, { error: 0 }), accepted({ password: { kind: 'expired', isFinal: true } }, false)],
    ['locked', answered(49, { error: 1 }), { kind: 'locked' }],
    ['rejected', answered(49), { kind: 'rejected' }],
    ['attack: a reset is no way in with a wrong password', answered(49, { error: 2 }), { kind: 'rejected' }],
    ['attack: nor is grace', answered(49, { graceAuthNsRemaining: 3 }), { kind: 'rejected' }],
    ['nobody there', answered(32), { kind: 'rejected' }],
    ['nobody with a password', answered(48), { kind: 'rejected' }],
  ])('%s', (_, outcome, judgement) => {
    expect(judgeBind(outcome, 'openldap', now)).toEqual(judgement);
  });

  test.each([1, 2, 7, 8, 10, 13, 14, 34, 50, 51, 52, 53, 80, 4096, -1, Number.NaN])('%d is no verdict', (code) => {
    expect(() => judgeBind(answered(code), 'openldap', now)).toThrow(
      expect.objectContaining({ code: 'directory-unavailable', hint: expect.stringMatching(/./) }),
    );
  });

  test('the server asks for TLS: the operator is told what to do', () => {
    expect(() => judgeBind(answered(13), 'openldap', now)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('startTls: true') }),
    );
  });
});
