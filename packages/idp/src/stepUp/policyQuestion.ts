import { listRequestedAttributes } from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { PolicyQuestion, StepUpPolicy } from '@gakumon/mfa';
import type { Person } from '@gakumon/terms';

/** What the policy is asked about, as the parts of the house know it. */
export type PolicySubject = {
  readonly person: Person;
  /** Undefined for pages of ours. */
  readonly serviceProvider: ServiceProvider | undefined;
  /** AttributeConsumingServiceIndex of the AuthnRequest. */
  readonly attributeConsumingServiceIndex: number | undefined;
  /** The AuthnContext classes that the service asked for. */
  readonly contexts: readonly string[];
  /** By law 6. */
  readonly address: string;
  /** When something was first proved in the session; undefined: there is no session. */
  readonly firstProofAt: number | undefined;
  /** Undefined: not looked up. */
  readonly isNewBrowser?: boolean | undefined;
  readonly isNewNetwork?: boolean | undefined;
  readonly now: number;
};

/** Puts the question that the policy answers. Pure; the same for a login and for `policy explain`. */
export function policyQuestion(policy: StepUpPolicy, subject: PolicySubject): PolicyQuestion {
  const { person, serviceProvider, contexts, address, firstProofAt, isNewBrowser, isNewNetwork, now } = subject;
  const { username, groups, attributes } = person;
  return {
    now,
    address,
    person: { username, groups, attributes },
    service: serviceProvider && {
      entityId: serviceProvider.entityId,
      categories: serviceProvider.categories,
      requestedAttributes: asksAboutAttributes(policy)
        ? listRequestedAttributes(serviceProvider, subject.attributeConsumingServiceIndex)
        : [],
    },
    contexts,
    firstProofAt,
    isNewBrowser,
    isNewNetwork,
  };
}

/** Most policies have no such rule, and each sign-on would pay for it. */
function asksAboutAttributes({ rules }: StepUpPolicy): boolean {
  return rules.some(({ when }) => (when.service?.requestedAttributes.length ?? 0) > 0);
}
