import type { ErrorCodeTelling, Username } from '@gakumon/terms';
import type { AuthenticationFact } from '../ports.ts';
import type { RequiredContext } from './requiredContext.ts';

/** What is proved so far about who is there. */
export type Proofs = {
  readonly username: Username;
  /** Oldest first. */
  readonly facts: readonly AuthenticationFact[];
};

export type AuthnDecision =
  /** These facts make this class true: it may be asserted, with the instant of the oldest fact it needs. */
  | {
      readonly kind: 'satisfied';
      readonly username: Username;
      readonly contextClass: string;
      readonly authnInstant: number;
      /** Where that fact was proved from. */
      readonly address: string;
    }
  | { readonly kind: 'ask' }
  | { readonly kind: 'refuse'; readonly code: ErrorCodeTelling<'sp'> };

/**
 * Decides whether the person must be asked for anything (SAML Core 3.4.1: ForceAuthn, IsPassive).
 * @param asked how the SP asked
 * @param proofs what was proved in this very attempt, and in the session; ForceAuthn looks at the former only
 */
export function decideAuthn(
  required: RequiredContext,
  asked: { readonly forceAuthn: boolean; readonly isPassive: boolean },
  proofs: { readonly attempt: Proofs | undefined; readonly session: Proofs | undefined },
): AuthnDecision {
  if (required.acceptable.length === 0) return { kind: 'refuse', code: 'no-authn-context' };
  const known = asked.forceAuthn ? proofs.attempt : combine(proofs.attempt, proofs.session);
  for (const context of required.acceptable) {
    const facts = known === undefined ? undefined : context.provenBy(known.facts);
    if (known === undefined || facts === undefined) continue;
    const [oldest] = facts.toSorted((one, other) => one.at - other.at);
    if (oldest === undefined) continue;
    const { at: authnInstant, address } = oldest;
    return { kind: 'satisfied', username: known.username, contextClass: context.uri, authnInstant, address };
  }
  return asked.isPassive ? { kind: 'refuse', code: 'no-passive' } : { kind: 'ask' };
}

/** What is proved in the attempt wins; the session adds to it only when it is the same person's. */
function combine(attempt: Proofs | undefined, session: Proofs | undefined): Proofs | undefined {
  if (attempt === undefined) return session;
  if (session === undefined || session.username !== attempt.username) return attempt;
  return { username: attempt.username, facts: [...session.facts, ...attempt.facts] };
}
