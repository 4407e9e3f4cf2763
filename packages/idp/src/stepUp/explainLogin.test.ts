import {
  type AuthenticationFact,
  type Authenticator,
  builtInRequirements,
  defaultPolicy,
  type PolicyQuestion,
  type PolicyRule,
  type StepUpPolicy,
} from '@gakumon/mfa';
import { type AuthenticatorId, authnContexts, minutes, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { explainLogin, type LoginSituation } from './explainLogin.ts';
import { stepUpReason } from './stepUpReason.ts';

const now = Date.parse('2024-04-08T09:00:00Z');
const username = 's1234567' as Username;
const network = (name: string, include: string, exclude: readonly string[] = []) => ({
  name,
  include: [include],
  exclude,
  text: undefined,
  wrongPasswords: undefined,
});
const always = { from: undefined, until: undefined } as const;
const needs = (name: string, not: readonly string[], require: PolicyRule['require']): PolicyRule => ({
  name,
  when: { network: { is: [], not } },
  require,
  announce: undefined,
  text: undefined,
  ...always,
});
const { mfa } = builtInRequirements;
const policy: StepUpPolicy = {
  ...defaultPolicy,
  networks: [
    network('campus', '10.0.0.0/8', ['10.9.0.0/16']),
    network('lab', '10.5.0.0/16'),
    network('vpn', '192.0.2.0/24'),
  ],
  rules: [needs('outside', ['campus', 'vpn'], mfa)],
  enrolment: [{ name: 'in-the-lab', when: { network: { is: ['lab'], not: [] } }, for: 'first', ...always }],
};
const proved = (authenticator: AuthenticationFact['authenticator'], age = 0): AuthenticationFact => ({
  authenticator,
  at: now - age,
  address: '203.0.113.1',
  passwordVersion: undefined,
});
const app: Authenticator = {
  kind: 'totp',
  id: 'app' as AuthenticatorId,
  name: 'App',
  createdAt: 0,
  lastUsed: undefined,
  secret: 'JBSWY3DPEHPK3PXP',
  origin: 'enrolled',
  isShared: false,
  drift: 0,
};

function situation(
  address: string,
  facts: readonly AuthenticationFact[],
  more: Partial<LoginSituation> = {},
): LoginSituation {
  return {
    policy,
    question: {
      now,
      address,
      person: { username, groups: [], attributes: {} },
      service: undefined,
      contexts: [],
      firstProofAt: undefined,
      isNewBrowser: undefined,
      isNewNetwork: undefined,
    },
    requested: undefined,
    asked: { forceAuthn: false, isPassive: false },
    proofs: { attempt: { username, facts, usedAt: [] }, session: undefined },
    authenticators: [],
    now,
    ...more,
  };
}
const outside = '203.0.113.1';
const password = [proved('password')];
const wantsMore = { authenticators: [app], besides: [builtInRequirements['phishing-resistant']] };
const anyService = { entityId: 'https://sp.example.org/sp', categories: [], requestedAttributes: [] };
const ofService = { requested: { comparison: 'exact', classes: [authnContexts.refedsMfa] } } as const;

describe('what comes next', () => {
  test.each<[string, LoginSituation, unknown]>([
    ['nothing on campus', situation('10.1.1.1', password), undefined],
    ['the app outside', situation(outside, password, { authenticators: [app] }), { kind: 'stepUp', options: [app] }],
    ['no way outside without one: the policy', situation(outside, password), { kind: 'unreachable', asker: 'policy' }],
    [
      'no way outside without one: the service, though the policy says the same',
      situation(outside, password, ofService),
      { kind: 'unreachable', asker: 'service' },
    ],
    [
      'enrolment in the lab',
      situation('10.5.0.1', password, ofService),
      { kind: 'enrol', kinds: ['webauthn', 'totp'] },
    ],
    [
      'the password once more before it',
      situation('10.5.0.1', [proved('password', minutes(16))], ofService),
      { kind: 'login', withPasskey: false },
    ],
    [
      'the password once more, to enrol what is wanted beside what one has',
      situation(outside, [proved('password', minutes(60)), proved('totp', minutes(60))], wantsMore),
      { kind: 'login', withPasskey: false },
    ],
    [
      'then what one has once more',
      situation(outside, [proved('totp', minutes(60)), proved('password')], wantsMore),
      { kind: 'stepUp', options: [app], mustVerifyUser: false },
    ],
    [
      'attack: both once more, where a session has them and a service asks',
      {
        ...situation(outside, [], wantsMore),
        question: { ...situation(outside, []).question, service: anyService } as PolicyQuestion,
        proofs: { attempt: undefined, session: { username, facts: [...password, proved('totp')], usedAt: [] } },
      },
      { kind: 'login', withPasskey: false },
    ],
    ['nobody knows without the authenticators', situation(outside, password, { authenticators: undefined }), undefined],
  ])('%s', (_, at, next) => {
    const explained = explainLogin(at);
    if (next === undefined) expect(explained.next).toBeUndefined();
    else expect(explained.next).toMatchObject(next as object);
  });
  test.each([
    [['webauthn', 'totp'], true],
    [['totp'], false],
  ] as const)('a stranger logs in; where %j are offered, with a passkey: %s', (offered, withPasskey) => {
    const unknown = { question: undefined, proofs: { attempt: undefined, session: undefined } };
    const explained = explainLogin(situation(outside, [], { ...unknown, policy: { ...policy, offered } }));
    expect(explained).toMatchObject({ verdict: undefined, next: { kind: 'login', withPasskey } });
  });
});

describe('why', () => {
  test('with the networks where less is asked, and not those where it is not', () => {
    const at = situation(outside, password, { authenticators: [app] });
    expect(stepUpReason(at, explainLogin(at))).toMatchObject({
      contexts: [],
      rules: [{ name: 'outside' }],
      elsewhere: ['campus', 'lab', 'vpn'],
    });
  });
  test('of a service’s wish: where it can be enrolled', () => {
    const at = situation(outside, password, ofService);
    const { contexts, elsewhere } = stepUpReason(at, explainLogin(at));
    // The lab is on campus
    expect([contexts, elsewhere]).toEqual([[authnContexts.refedsMfa], ['campus', 'lab']]);
  });
  test('a guest network inside of the campus is told apart from it', () => {
    const at = situation('10.9.0.1', password);
    const { placement, elsewhere } = stepUpReason(at, explainLogin(at));
    expect(placement).toMatchObject({ inside: [], excluded: [{ network: 'campus', by: '10.9.0.0/16' }] });
    expect(elsewhere).toEqual(['campus', 'lab', 'vpn']);
  });
});
