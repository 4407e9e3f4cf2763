import {
  type AuthnContextDefinition,
  builtInContexts,
  builtInRequirements,
  defaultPolicy,
  type PolicyQuestion,
  type PolicyRule,
  type StepUpPolicy,
} from '@gakumon/mfa';
import { authnContexts, type Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { explainVisit } from './explainVisit.ts';
import { listMeans } from './means.ts';
import { listWould } from './would.ts';

const { mfa } = builtInRequirements;
const campus = {
  name: 'campus',
  include: ['10.0.0.0/8'],
  exclude: ['10.9.0.0/16'],
  text: undefined,
  wrongPasswords: undefined,
};
const rule = (name: string, when: PolicyRule['when'], require: PolicyRule['require'], from?: number): PolicyRule => ({
  name,
  when,
  require,
  from,
  until: undefined,
  announce: undefined,
  text: undefined,
});
const outside = rule('outside-needs-mfa', { network: { is: [], not: ['campus'] } }, mfa);
const policy: StepUpPolicy = {
  ...defaultPolicy,
  networks: [campus],
  rules: [outside],
  enrolment: [
    {
      name: 'on-campus',
      when: { network: { is: ['campus'], not: [] } },
      from: undefined,
      until: undefined,
      for: 'any',
    },
  ],
};

const now = Date.parse('2026-11-22T21:00:00Z');
const question = (address: string, contexts: readonly string[] = [], at = now): PolicyQuestion => ({
  now: at,
  address,
  person: { username: 's1234567' as Username, groups: ['students'], attributes: {} },
  service: { entityId: 'https://sp.example.org/', categories: [], requestedAttributes: [] },
  contexts,
  firstProofAt: undefined,
  isNewBrowser: false,
  isNewNetwork: false,
});

type Has = Parameters<typeof listMeans>[0];
const ask = (address: string, has: Has, contexts: readonly string[] = [], of = policy) => {
  const visit = { policy: of, question: question(address, contexts), authenticators: listMeans(has, of.offered) };
  return { visit, answer: explainVisit(visit) };
};
const said = (...given: Parameters<typeof ask>) => {
  const { decision, requires } = ask(...given).answer;
  return { decision, requires };
};

test('on campus a password is enough, outside it is not, and a guest network on campus is outside', () => {
  expect(said('10.1.2.3', ['totp'])).toEqual({ decision: 'password', requires: ['password'] });
  expect(said('203.0.113.5', ['totp'])).toEqual({ decision: 'mfa', requires: ['mfa'] });
  expect(said('10.9.1.2', ['totp'])).toEqual({ decision: 'mfa', requires: ['mfa'] });
  expect(said('::ffff:10.1.2.3', ['totp'])).toEqual({ decision: 'password', requires: ['password'] });
});

test('who has no authenticator enrols where that is allowed, and is refused elsewhere', () => {
  expect(said('203.0.113.5', [])).toEqual({ decision: 'refuse', requires: ['mfa'] });
  expect(said('10.1.2.3', [], [authnContexts.refedsMfa])).toEqual({ decision: 'enrol', requires: ['mfa'] });
  expect(said('203.0.113.5', [], [authnContexts.refedsMfa])).toEqual({ decision: 'refuse', requires: ['mfa'] });
});

test('what a service asks for counts beside the rules; a password on campus is no second factor', () => {
  expect(said('10.1.2.3', ['totp'], [authnContexts.refedsMfa])).toEqual({ decision: 'mfa', requires: ['mfa'] });
  expect(said('10.1.2.3', ['totp'], [authnContexts.passwordProtectedTransport])).toEqual({
    decision: 'password',
    requires: ['password'],
  });
  expect(said('203.0.113.5', ['totp'], [authnContexts.passwordProtectedTransport])).toEqual({
    decision: 'mfa',
    requires: ['mfa'],
  });
  // Either will do, and a password is one of them
  const either = [authnContexts.refedsMfa, authnContexts.passwordProtectedTransport];
  expect(said('10.1.2.3', ['totp'], either)).toEqual({ decision: 'password', requires: ['password'] });
});

test('nobody logs in with a disabled account, whatever they have', () => {
  const { visit } = ask('10.1.2.3', ['totp']);
  expect(explainVisit({ ...visit, isDisabled: true }).decision).toBe('refuse');
});

test('a class that nobody can be given is refused by its name', () => {
  expect(said('10.1.2.3', ['totp'], [authnContexts.gakuninAal2])).toEqual({
    decision: 'refuse',
    requires: [authnContexts.gakuninAal2],
  });
});

test('a class of its own goes by its URI, and the strongest of several comes first', () => {
  const aal2: AuthnContextDefinition = {
    uri: authnContexts.gakuninAal2,
    strength: 50,
    requirement: {
      name: authnContexts.gakuninAal2,
      combinations: [[{ authenticator: 'password' }, { authenticator: 'totp', without: ['shared'] }]],
    },
  };
  const certified = { ...policy, contexts: [...builtInContexts, aal2] };
  const wanted = [authnContexts.gakuninAal2];
  expect(said('203.0.113.5', ['totp'], wanted, certified)).toEqual({
    decision: authnContexts.gakuninAal2,
    requires: [authnContexts.gakuninAal2, 'mfa'],
  });
  // A secret in several devices proves none of them, and enrolling another one takes a proof with what there is
  expect(said('203.0.113.5', ['shared-totp'], wanted, certified).decision).toBe('enrol');
});

test('it would be otherwise on campus, and from a day on', () => {
  const later = Date.parse('2027-04-01T00:00:00+09:00');
  const strict = rule('everybody', {}, { ...mfa, name: 'mfa' }, later);
  const { visit, answer } = ask('203.0.113.5', ['totp'], [], { ...policy, rules: [outside, strict] });
  const would = listWould(visit, answer).map(({ if: condition, answer: { decision } }) => [condition, decision]);
  expect(would).toEqual([
    ['in campus, such as 10.0.0.1', 'password'],
    ['in campus, such as 10.0.0.1, from 2027-04-01T00:00+09:00: everybody begins', 'mfa'],
  ]);
});
