import { minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { passkey, password, totp, webauthn } from '../assurance/testing/proved.ts';
import { decideEnrolment, type EnrolmentClaim, requiredToManage } from './decideEnrolment.ts';
import type { EnrolmentRule } from './policy.ts';
import { addresses, enrolmentRule, now, onCampus, policyOf, question } from './testing/policy.ts';

const fresh = [password(now - minutes(15))];
const passkeyPattern = { authenticator: 'webauthn', with: ['user-verified'] };
const first = enrolmentRule('on-campus', { when: onCampus });

function decide(enrolment: readonly EnrolmentRule[], claim: Partial<EnrolmentClaim> = {}, address = addresses.wired) {
  const whole = { facts: fresh, hasAuthenticators: false, now, ...claim };
  return decideEnrolment(policyOf([], { enrolment }), question({ address }), whole);
}

describe('who may enrol (law 7)', () => {
  test('attack: a stolen password enrols nothing without a rule, and nothing from elsewhere', () => {
    const byTheirs = [[{ authenticator: 'totp' }], [{ authenticator: 'webauthn' }], [passkeyPattern]];
    expect(decide([])).toEqual({ allowed: false, elsewhere: [], afterPassword: false, ways: byTheirs });
    for (const address of [addresses.home, addresses.guest, 'unknown']) {
      expect(decide([first], {}, address)).toEqual({
        allowed: false,
        elsewhere: ['campus', 'lab'],
        afterPassword: false,
        ways: byTheirs,
      });
    }
  });
  test('the password and the right place, where a rule says so', () => {
    expect(decide([first])).toEqual({ allowed: true, by: 'on-campus' });
  });
  test('attack: a session that was left open is not enough; the password opens the door again', () => {
    const stale = { facts: [password(now - minutes(15) - 1)] };
    expect(decide([first], stale)).toMatchObject({ allowed: false, afterPassword: true });
    expect(decide([first], { facts: [] })).toMatchObject({
      allowed: false,
      afterPassword: true,
      ways: [[{ authenticator: 'password' }], [passkeyPattern]],
    });
  });
  test('attack: a rule for the first authenticator gives nobody a second one', () => {
    expect(decide([first], { hasAuthenticators: true })).toMatchObject({
      allowed: false,
      elsewhere: [],
      afterPassword: false,
    });
    expect(decide([{ ...first, for: 'any' }], { hasAuthenticators: true })).toEqual({ allowed: true, by: 'on-campus' });
  });
  test('an authenticator that was proved just now, beside the password, opens it anywhere', () => {
    const claim = { facts: [...fresh, totp(now - minutes(15))], hasAuthenticators: true };
    expect(decide([], claim, addresses.home)).toEqual({ allowed: true, by: 'authenticator' });
    const stale = { ...claim, facts: [...fresh, totp(now - minutes(15) - 1)] };
    expect(decide([], stale, addresses.home)).toMatchObject({ allowed: false });
  });
  test('a passkey that verified the person opens it alone; one that only is there does not', () => {
    const claim = { facts: [passkey(now)], hasAuthenticators: true };
    expect(decide([], claim, addresses.home)).toEqual({ allowed: true, by: 'authenticator' });
    expect(decide([], { ...claim, facts: [webauthn(now)] }, addresses.home)).toMatchObject({ allowed: false });
  });
  test('attack: a second factor that the owner proved just now does not make up for a password of hours ago', () => {
    const facts = [password(now - minutes(15) - 1), totp(now)];
    const told = {
      allowed: false,
      afterPassword: false,
      ways: expect.arrayContaining([[{ authenticator: 'password' }]]),
    };
    expect(decide([], { facts, hasAuthenticators: true })).toMatchObject(told);
    expect(decide([{ ...first, for: 'any' }], { facts, hasAuthenticators: true })).toMatchObject({
      allowed: false,
      afterPassword: true,
    });
  });
  test('to see and change what one has takes the same; of who has nothing, the password', () => {
    const required = (enrolment: readonly EnrolmentRule[], hasAuthenticators: boolean) =>
      requiredToManage(policyOf([], { enrolment }), question({ address: addresses.wired }), { hasAuthenticators, now });
    const any = { ...first, for: 'any' } as const;
    expect([required([first], true), required([any], true), required([], false)]).toMatchObject([
      { name: 'mfa', maxAge: minutes(15) },
      { name: 'password', maxAge: minutes(15) },
      { name: 'password', maxAge: minutes(15) },
    ]);
  });
  test('a rule has its time, and its people', () => {
    expect(decide([{ ...first, from: now + 1 }])).toMatchObject({ allowed: false, elsewhere: [] });
    expect(decide([{ ...first, until: now }])).toMatchObject({ allowed: false, elsewhere: [] });
    expect(
      decide([enrolmentRule('staff', { when: { ...onCampus, group: ['staff'] } })], {}, addresses.home),
    ).toMatchObject({
      elsewhere: [],
    });
  });
  test('the networks from where it would be allowed are named', () => {
    const labOnly = enrolmentRule('lab', { when: { network: { is: ['lab'], not: [] } } });
    expect(decide([labOnly])).toMatchObject({ elsewhere: ['lab'] });
    const outsideLab = enrolmentRule('x', { when: { network: { is: ['campus'], not: ['lab'] } } });
    expect(decide([outsideLab], {}, addresses.lab)).toMatchObject({ elsewhere: ['campus'] });
  });
});
