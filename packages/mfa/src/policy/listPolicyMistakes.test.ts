import { hours } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { certifiedAal2, phishingResistantMfa } from '../assurance/contexts.ts';
import { meets } from '../assurance/meets.ts';
import { builtInRequirements } from '../assurance/requirement.ts';
import { passkey, password, totp, webauthn } from '../assurance/testing/proved.ts';
import { defaultPolicy } from './defaultPolicy.ts';
import { evaluatePolicy } from './evaluatePolicy.ts';
import { listPlaces } from './listPlaces.ts';
import { listPolicyDoubts, listPolicyMistakes } from './listPolicyMistakes.ts';
import { placeAddress } from './placeAddress.ts';
import type { Condition, StepUpPolicy } from './policy.ts';
import {
  addresses,
  enrolmentRule,
  network,
  now,
  offCampus,
  onCampus,
  policyOf,
  question,
  rule,
} from './testing/policy.ts';

const { password: passwordOnly, 'phishing-resistant': resistant } = builtInRequirements;

const mistakes = (policy: StepUpPolicy): string[] =>
  listPolicyMistakes(policy).map(({ path, message }) => `${path.join('.')}: ${message}`);
const inLab: Condition = { network: { is: ['lab'], not: [] } };

test('a policy that means something has no mistakes', () => {
  expect(mistakes(defaultPolicy)).toEqual([]);
  const policy = policyOf(
    [rule('outside', { when: offCampus }), rule('lab', { when: inLab, require: resistant }), rule('old', { until: 1 })],
    {
      enrolment: [enrolmentRule('campus', { when: onCampus }), enrolmentRule('staff', { when: { group: ['staff'] } })],
    },
  );
  expect(mistakes(policy)).toEqual([]);
});

describe('what can never hold', () => {
  test('a network of nobody, and an exclusion of nothing', () => {
    const networks = [
      network('void', ['10.2.0.0/16'], ['10.0.0.0/9', '10.128.0.0/9']),
      network('n', ['10.0.0.0/8'], ['11.0.0.0/16']),
    ];
    expect(mistakes(policyOf([], { networks }))).toEqual([
      'networks.void: no address is in it: all that is included is excluded',
      'networks.void.exclude.1: 10.128.0.0/9 is in nothing that is included',
      'networks.n.exclude.0: 11.0.0.0/16 is in nothing that is included',
    ]);
  });
  test('excluded piece by piece is excluded too', () => {
    const networks = [network('void', ['10.0.0.0/8'], ['10.0.0.0/9', '10.128.0.0/9'])];
    expect(mistakes(policyOf([], { networks }))).toEqual([expect.stringMatching(/^networks\.void: no address/)]);
  });
  test('a place within what it must not be in; rules of no time; groups that are shut out', () => {
    const rules = [
      rule('a', { when: { network: { is: ['lab'], not: ['campus'] } } }),
      rule('b', { from: now, until: now }),
      rule('c', { when: { group: ['x'], notGroup: ['x', 'y'] } }),
      rule('d', { when: { context: ['urn:unknown'] } }),
    ];
    expect(mistakes(policyOf(rules)).map((line) => line.split(':')[0])).toEqual([
      'rules.0.when.network',
      'rules.1.until',
      'rules.2.when.notGroup',
      'rules.3.when.context',
    ]);
  });
  test('a requirement, or a class, that nothing offered can meet', () => {
    const offered = ['totp'] as const;
    const aal2 = certifiedAal2({ within: hours(12), idle: hours(1), syncedPasskeys: 'refuse' });
    const contexts = [...defaultPolicy.contexts, aal2, phishingResistantMfa('urn:example:pr')];
    expect(mistakes(policyOf([rule('a'), rule('b', { require: resistant })], { offered, contexts }))).toEqual([
      'rules.1.require: nobody can meet phishing-resistant: only totp can be enrolled',
      'contexts: nobody can meet urn:example:pr: only totp can be enrolled',
    ]);
    expect(mistakes(policyOf([rule('a')], { offered: [] }))).toEqual([
      'rules.0.require: nobody can meet mfa: nothing is offered',
    ]);
  });
  test('models that are asked for and never looked at', () => {
    const aaguids = ['cb69481e-8ff7-4039-93ec-0a2729a154a8'];
    expect(mistakes(policyOf([], { webauthn: { attestation: 'direct', aaguids: undefined } }))).toHaveLength(1);
    expect(mistakes(policyOf([], { webauthn: { attestation: 'none', aaguids } }))).toHaveLength(1);
    expect(mistakes(policyOf([], { webauthn: { attestation: 'direct', aaguids } }))).toHaveLength(1);
    expect(mistakes(policyOf([], { webauthn: { attestation: 'direct', aaguids, roots: ['PEM'] } }))).toEqual([]);
  });
});

describe('what adds nothing', () => {
  test.each<[string, Parameters<typeof rule>[1], Parameters<typeof rule>[1], boolean]>([
    ['the same again', {}, {}, true],
    ['less', {}, { require: passwordOnly }, true],
    ['more', {}, { require: resistant }, false],
    ['in a part of it', { when: onCampus }, { when: inLab }, true],
    ['in more than it', { when: inLab }, { when: onCampus }, false],
    ['for some of them', {}, { when: { group: ['x'] } }, true],
    ['for all of them', { when: { group: ['x'] } }, {}, false],
    ['for others', { when: { notGroup: ['x'] } }, { when: { group: ['x'] } }, false],
    ['for fewer', { when: { notGroup: ['x'] } }, { when: { notGroup: ['x', 'y'] } }, true],
    ['within its time', { until: 10 }, { from: 1, until: 10 }, true],
    ['beyond its time', { until: 10 }, { from: 1 }, false],
    ['fresher', {}, { when: { olderThan: 5 } }, false],
    ['other services', { when: { context: ['a'] } }, { when: { context: ['a', 'b'] } }, false],
  ])('%s', (_, earlier, later, expected) => {
    const known = { uri: 'a', strength: 1, requirement: passwordOnly };
    const contexts = [known, { ...known, uri: 'b' }];
    const found = mistakes(policyOf([rule('first', earlier), rule('second', later)], { contexts }));
    expect(found.some((line) => line.startsWith('rules.1: second adds nothing'))).toBe(expected);
  });
  test('enrolment that is allowed already', () => {
    const campus = enrolmentRule('campus', { when: onCampus, for: 'any' });
    expect(mistakes(policyOf([], { enrolment: [campus, enrolmentRule('lab', { when: inLab })] }))).toEqual([
      'enrolment.1: lab adds nothing: campus allows as much',
    ]);
    const first = enrolmentRule('campus', { when: onCampus });
    expect(mistakes(policyOf([], { enrolment: [first, enrolmentRule('lab', { when: inLab, for: 'any' })] }))).toEqual(
      [],
    );
  });
});

test('what everybody needs and nobody can get is a doubt: some may have it from elsewhere', () => {
  const doubts = (policy: StepUpPolicy) => listPolicyDoubts(policy).map(({ path }) => path.join('.'));
  expect(doubts(policyOf([rule('all')]))).toEqual(['rules.0.require']);
  expect(doubts(policyOf([rule('all', { require: passwordOnly })]))).toEqual([]);
  expect(doubts(policyOf([rule('outside', { when: offCampus })]))).toEqual([]);
  expect(doubts(policyOf([rule('all')], { enrolment: [enrolmentRule('campus', { when: onCampus })] }))).toEqual([]);
  expect(mistakes(policyOf([rule('all')]))).toEqual([]);
});

test('a rule that a later, wider one makes void, and a requirement that nobody asks for, are doubts', () => {
  const doubts = (policy: StepUpPolicy) => listPolicyDoubts(policy).map(({ message }) => message);
  const enrolment = [enrolmentRule('campus', { when: onCampus })];
  const some = rule('some', { when: { group: ['students'] } });
  expect(doubts(policyOf([some, rule('all')], { enrolment }))).toEqual([
    'some adds nothing any more: all, after it, asks for as much wherever it matches',
  ]);
  expect(doubts(policyOf([some, rule('all', { from: now })], { enrolment }))).toEqual([]);
  expect(doubts(policyOf([some, rule('all', { require: passwordOnly })], { enrolment }))).toEqual([]);
  expect(doubts(policyOf([], { idleRequirements: ['strict'] }))).toEqual([
    'no rule asks for the requirement strict: is the require of one mistyped?',
  ]);
});

test('attack: where the password alone lets anybody enrol from anywhere is a doubt', () => {
  const isDoubted = (given: Parameters<typeof enrolmentRule>[1]) =>
    listPolicyDoubts(policyOf([], { enrolment: [enrolmentRule('e', given)] })).map(({ path }) => path.join('.'));
  const doubt = ['enrolment.0.when'];
  expect(isDoubted({ for: 'any' })).toEqual(doubt);
  expect(isDoubted({ for: 'first' })).toEqual(doubt);
  expect(isDoubted({ for: 'any', when: offCampus })).toEqual(doubt);
  expect(isDoubted({ for: 'any', when: { notGroup: ['staff'] } })).toEqual(doubt);
  expect(isDoubted({ for: 'any', when: { attribute: { affiliation: ['student'] } } })).toEqual(doubt);
  expect(isDoubted({ for: 'any', when: { network: { is: [], not: [] }, group: [] } })).toEqual(doubt);
  expect(isDoubted({ for: 'any', when: onCampus })).toEqual([]);
  expect(isDoubted({ for: 'any', when: { group: ['staff'] } })).toEqual([]);
});

test.each([
  '::ffff:10.9.0.0/16',
  '::ffff:10.9.0.0/95',
  '10.9.0.0/',
  '10.9.0.0/1e1',
  '10.9.0.0/16/2',
  '::/64',
  'guests',
])('attack: the exclusion %s, which no program reads, is no exclusion that is passed over', (cidr) => {
  const policy = policyOf([], { networks: [network('campus', ['10.0.0.0/8'], [cidr])] });
  expect(mistakes(policy)).toEqual([`networks.campus.exclude.0: ${JSON.stringify(cidr)} is no range of addresses`]);
  expect(() => placeAddress(policy.networks, addresses.guest)).toThrow(RangeError);
  expect(() => listPlaces(policy.networks)).toThrow(RangeError);
});

const conditions = fc.constantFrom<Condition>(
  {},
  onCampus,
  offCampus,
  inLab,
  { group: ['students'] },
  { notGroup: ['students'] },
  { ...onCampus, group: ['staff', 'students'] },
  { olderThan: hours(1) },
);
const times = fc.option(fc.integer({ min: now - 2, max: now + 2 }), { nil: undefined });
const rules = fc.array(
  fc
    .tuple(conditions, fc.constantFrom(...Object.values(builtInRequirements)), times, times)
    .map(([when, require, from, until]) => rule('r', { when, require, from, until })),
  { minLength: 1, maxLength: 5 },
);

test('law: a rule that is said to add nothing can be left out, whoever asks from wherever', () => {
  const facts = fc.subarray([password(now), totp(now), webauthn(now), passkey(now), password(now - hours(2))]);
  fc.assert(
    fc.property(
      rules,
      facts,
      fc.constantFrom(...Object.values(addresses)),
      fc.integer({ min: 0, max: 3 }),
      (all, proved, address, age) => {
        const found = listPolicyMistakes(policyOf(all)).find(({ message }) => message.includes('adds nothing'));
        if (found === undefined) return;
        const without = all.toSpliced(Number(found.path[1]), 1);
        const asked = question({ address, firstProofAt: now - hours(age) });
        const isMet = (some: typeof all) =>
          evaluatePolicy(policyOf(some), asked).requirements.every((one) =>
            meets(one, { facts: proved, usedAt: [] }, now),
          );
        expect(isMet(without)).toBe(isMet(all));
      },
    ),
  );
});
