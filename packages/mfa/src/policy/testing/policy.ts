import { hours, type Username } from '@gakumon/terms';
import { builtInRequirements } from '../../assurance/requirement.ts';
import { defaultPolicy } from '../defaultPolicy.ts';
import type { Condition, EnrolmentRule, NamedNetwork, PolicyRule, StepUpPolicy } from '../policy.ts';
import type { PolicyQuestion } from '../verdict.ts';

/** Policies and questions for tests. The campus has a guest network inside, and a laboratory. */
export const now = Date.parse('2024-02-10T12:00:00+09:00');
export const addresses = {
  wired: '10.1.2.3',
  guest: '10.9.1.1',
  lab: '10.5.0.7',
  home: '192.0.2.1',
  v6: '2001:db8:1::5',
};

export function network(name: string, include: readonly string[], exclude: readonly string[] = []): NamedNetwork {
  return { name, include, exclude, text: undefined, wrongPasswords: undefined };
}

export const networks: readonly NamedNetwork[] = [
  network('campus', ['10.0.0.0/8', '2001:db8::/32'], ['10.9.0.0/16', '2001:db8:9::/48']),
  network('lab', ['10.5.0.0/16']),
];
export const onCampus: Condition = { network: { is: ['campus'], not: [] } };
export const offCampus: Condition = { network: { is: [], not: ['campus'] } };

export function rule(name: string, given: Partial<PolicyRule> = {}): PolicyRule {
  const always = { from: undefined, until: undefined, announce: undefined, text: undefined };
  return { name, when: {}, require: builtInRequirements.mfa, ...always, ...given };
}

export function enrolmentRule(name: string, given: Partial<EnrolmentRule> = {}): EnrolmentRule {
  return { name, when: {}, for: 'first', from: undefined, until: undefined, ...given };
}

export function policyOf(rules: readonly PolicyRule[], given: Partial<StepUpPolicy> = {}): StepUpPolicy {
  return { ...defaultPolicy, networks, rules, ...given };
}

export function question(given: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    now,
    address: addresses.wired,
    person: { username: 's1234567' as Username, groups: ['students'], attributes: { affiliation: ['student'] } },
    service: {
      entityId: 'https://sp.example.org',
      categories: ['https://example.org/category'],
      requestedAttributes: ['mail'],
    },
    contexts: [],
    firstProofAt: now - hours(1),
    isNewBrowser: undefined,
    isNewNetwork: undefined,
    ...given,
  };
}
