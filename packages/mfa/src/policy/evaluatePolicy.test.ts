import { hours } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { meets } from '../assurance/meets.ts';
import { builtInRequirements } from '../assurance/requirement.ts';
import { passkey, password, totp, webauthn } from '../assurance/testing/proved.ts';
import { evaluatePolicy } from './evaluatePolicy.ts';
import type { Condition } from './policy.ts';
import { addresses, now, offCampus, onCampus, policyOf, question, rule } from './testing/policy.ts';
import type { PolicyQuestion } from './verdict.ts';

const { mfa, password: passwordOnly, 'phishing-resistant': resistant } = builtInRequirements;
const day = hours(24);

function failed(when: Condition, given: Partial<PolicyQuestion> = {}): string | undefined {
  return evaluatePolicy(policyOf([rule('r', { when })]), question(given)).rules[0]?.failed;
}

function names(rules: Parameters<typeof policyOf>[0], given: Partial<PolicyQuestion> = {}): string[] {
  return evaluatePolicy(policyOf(rules), question(given)).requirements.map(({ name }) => name);
}

describe('what a policy asks for', () => {
  test('a password session steps up off campus, the guest network and spoofed spellings included', () => {
    const rules = [rule('outside', { when: offCampus })];
    expect(names(rules)).toEqual([]);
    for (const address of [addresses.home, addresses.guest, `::ffff:${addresses.guest}`, 'unknown']) {
      expect(names(rules, { address })).toEqual(['mfa']);
    }
  });
  test('every rule that matches adds its requirement; equal ones once, the strongest first', () => {
    const rules = [
      rule('a', { require: passwordOnly }),
      rule('b', { require: mfa }),
      rule('c', { require: resistant }),
      rule('d', { require: mfa }),
    ];
    expect(names(rules)).toEqual(['phishing-resistant', 'mfa', 'password']);
  });
  test('the fresher of two that ask for the same comes first, and both are asked for', () => {
    const strict = { ...mfa, name: 'strict', maxAge: hours(1) };
    expect(names([rule('a'), rule('b', { require: strict })])).toEqual(['strict', 'mfa']);
  });
  test('attack: a rule about old logins is not met by the old proofs', () => {
    const { requirements } = evaluatePolicy(
      policyOf([rule('old', { when: { olderThan: hours(4) } })]),
      question({ firstProofAt: now - hours(5) }),
    );
    const old = [password(now - hours(5)), totp(now - hours(5))];
    expect(requirements.map((one) => meets(one, { facts: old, usedAt: [] }, now))).toEqual([undefined]);
  });
});

describe('the trace', () => {
  test('tells which condition failed, in words', () => {
    expect(failed(onCampus, { address: addresses.home })).toBe('192.0.2.1 is not in campus');
    expect(failed(onCampus, { address: addresses.guest })).toBe('10.9.1.1 is kept out of campus by 10.9.0.0/16');
    expect(failed(offCampus)).toBe('10.1.2.3 is in campus (10.0.0.0/8)');
    expect(failed({ group: ['staff'] })).toBe('the person is not in the group staff');
    expect(failed({ notGroup: ['students'] })).toBe('the person is in the group students');
    expect(failed({ attribute: { affiliation: ['faculty'] } })).toBe('the attribute affiliation is not faculty');
    expect(failed({ attribute: { constructor: ['x'] } })).toBe('the attribute constructor is not x');
    expect(failed({ context: ['urn:x'] })).toBe('the service did not ask for urn:x');
    expect(failed({ olderThan: hours(1) })).toBe('the login is not older than 60 minutes');
    expect(failed({ olderThan: hours(1) }, { firstProofAt: undefined })).toBe('the login is new');
    expect(failed({ newBrowser: true })).toBe('whether the browser is new was not looked up');
    expect(failed({ newBrowser: true }, { isNewBrowser: false })).toBe('the browser is known');
    expect(failed({ newNetwork: false }, { isNewNetwork: true })).toBe('the network is new');
  });
  test('and nothing when all hold', () => {
    expect(
      failed(
        { group: ['staff', 'students'], attribute: { affiliation: ['student'] }, context: ['urn:x'] },
        { contexts: ['urn:x'] },
      ),
    ).toBeUndefined();
    expect(failed({ olderThan: hours(1) - 1, newBrowser: true }, { isNewBrowser: true })).toBeUndefined();
  });
  test('a service matches by any of its marks', () => {
    const none = { entityIds: [], categories: [], requestedAttributes: [] };
    expect(failed({ service: { ...none, entityIds: ['https://sp.example.org'] } })).toBeUndefined();
    expect(failed({ service: { ...none, categories: ['https://example.org/category'] } })).toBeUndefined();
    expect(failed({ service: { ...none, entityIds: ['x'], requestedAttributes: ['mail'] } })).toBeUndefined();
    expect(failed({ service: { ...none, entityIds: ['x'], categories: ['y'] } })).toBe(
      'the service is not x and is not in the category y',
    );
    expect(failed({ service: { ...none, entityIds: ['x'] } }, { service: undefined })).toBe('no service is asked for');
  });
  test('names the sides of time to the millisecond', () => {
    const state = (given: Parameters<typeof rule>[1]) =>
      evaluatePolicy(policyOf([rule('r', given)]), question()).rules[0];
    expect(state({ from: now })).toMatchObject({ state: 'matched', matched: true, failed: undefined });
    expect(state({ from: now + 1 })).toMatchObject({ state: 'not-yet', matched: false });
    expect(state({ until: now + 1 })).toMatchObject({ state: 'matched' });
    expect(state({ until: now })).toMatchObject({ state: 'over', failed: 'it ended at 2024-02-10T12:00+09:00' });
    expect(state({ from: now + day, announce: day })).toMatchObject({ state: 'announced' });
    expect(state({ from: now + day, announce: day - 1 })).toMatchObject({ state: 'not-yet' });
  });
  test('what is announced is told on campus too, where people can still enrol, and to nobody whom it spares', () => {
    const announced = (given: Partial<PolicyQuestion>, when: Condition) =>
      evaluatePolicy(policyOf([rule('r', { when, from: now + day, announce: day })]), question(given)).announced.length;
    expect(announced({ address: addresses.wired }, offCampus)).toBe(1);
    expect(announced({}, { ...offCampus, group: ['staff'] })).toBe(0);
  });
});

const conditions = fc.constantFrom<Condition>(
  {},
  onCampus,
  offCampus,
  { group: ['students'] },
  { group: ['staff'] },
  { olderThan: hours(1) },
);
const rules = fc.array(
  fc
    .tuple(
      conditions,
      fc.constantFrom(mfa, passwordOnly, resistant),
      fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
    )
    .map(([when, require, from]) => rule('r', { when, require, from: from === undefined ? undefined : now + from })),
  { maxLength: 6 },
);
const questions = fc
  .tuple(fc.constantFrom(...Object.values(addresses)), fc.integer({ min: 0, max: 5 }))
  .map(([address, age]) => question({ address, firstProofAt: now - hours(age) }));
const factsOf = fc.subarray([password(now), totp(now), webauthn(now), passkey(now), password(now - hours(3))]);

test('law: adding a rule never weakens what is asked for', () => {
  fc.assert(
    fc.property(rules, rules, questions, factsOf, (some, more, asked, facts) => {
      const isMet = (all: typeof some) =>
        evaluatePolicy(policyOf(all), asked).requirements.every(
          (one) => meets(one, { facts, usedAt: [] }, now) !== undefined,
        );
      if (isMet([...some, ...more])) expect(isMet(some)).toBe(true);
    }),
  );
});

test('law: what is listed once stands for every rule that matched', () => {
  fc.assert(
    fc.property(rules, questions, factsOf, (all, asked, facts) => {
      const whole = evaluatePolicy(policyOf(all), asked).requirements;
      const isMet = (one: (typeof whole)[number]) => meets(one, { facts, usedAt: [] }, now) !== undefined;
      const single = all.flatMap((one) => evaluatePolicy(policyOf([one]), asked).requirements);
      expect(whole.every(isMet)).toBe(single.every(isMet));
    }),
  );
});
