import type { AuthenticationFact, Authenticator, FactTrait } from '@gakumon/mfa';
import { directoryAuthenticator } from './listAuthenticators.ts';

/**
 * What was proved, as it counts beside what the person has now: nothing by an authenticator that is gone, and by one whose
 * secret or key is in several devices since then, what such a one proves. It never gets better by that. Pure.
 * @param authenticators the person's own; proofs by that of a directory are not looked at
 */
export function weighFacts(
  facts: readonly AuthenticationFact[],
  authenticators: readonly Authenticator[],
): readonly AuthenticationFact[] {
  return facts.flatMap((fact) => {
    if (!isByOwn(fact)) return [fact];
    const now = authenticators.find(({ id }) => id === fact.id);
    return now === undefined ? [] : [weighFact(fact, now)];
  });
}

/** Whether it was proved with an authenticator that stands in the person's record. */
export function isByOwn({ id }: AuthenticationFact): boolean {
  return id !== undefined && id !== directoryAuthenticator;
}

function weighFact(fact: AuthenticationFact, now: Authenticator): AuthenticationFact {
  const { traits = [] } = fact;
  const isInSeveral = now.kind === 'totp' ? now.isShared : now.isBackedUp;
  const trait: FactTrait = now.kind === 'totp' ? 'shared' : 'synced';
  return !isInSeveral || traits.includes(trait) ? fact : { ...fact, traits: [...traits, trait] };
}
