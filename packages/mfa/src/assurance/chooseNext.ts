import type { Authenticator, EnrollableKind } from '../authenticator.ts';
import type { AuthnDecision } from './decideAuthn.ts';
import type { FactorPattern } from './requirement.ts';

/** What a person is asked for next. */
export type NextProof =
  /** User name and password; `withPasskey`: or a passkey that verifies the person, instead of both. */
  | { readonly kind: 'login'; readonly withPasskey: boolean }
  /** One of these, the preferred one first. */
  | { readonly kind: 'stepUp'; readonly options: readonly Authenticator[] }
  /** None of the person's own will do; one of these kinds would. */
  | { readonly kind: 'enrol'; readonly kinds: readonly EnrollableKind[] }
  | { readonly kind: 'unreachable' };

/** What the person has, and may do about it. */
export type Means = {
  /** In the order in which they are offered. */
  readonly authenticators: readonly Authenticator[];
  /** What can be enrolled here. */
  readonly offered: readonly EnrollableKind[];
  /** Whether the person may enrol one now (law 7). */
  readonly mayEnrol: boolean;
};

/**
 * Chooses what to ask for, so that a session is asked only for what is missing. Pure.
 * @param decision one that is incomplete
 * @param means undefined while nobody is known
 */
export function chooseNext(
  { known, ways }: Pick<Extract<AuthnDecision, { kind: 'incomplete' }>, 'known' | 'ways'>,
  means: Means | undefined,
): NextProof {
  if (means === undefined || known === undefined || known.facts.length === 0) {
    return { kind: 'login', withPasskey: ways.some(({ missing }) => missing.every(isPasskey)) };
  }
  const feasible = ways.filter(({ missing }) => missing.every((one) => isPassword(one) || canProve(means, one)));
  const least = feasible.filter(({ missing }) => missing.length === feasible[0]?.missing.length);
  const patterns = least.filter(({ missing }) => !missing.some(isPassword)).flatMap(({ missing }) => missing);
  if (patterns.length > 0) {
    const options = means.authenticators.filter((one) => patterns.some((pattern) => canBe(pattern, one)));
    return { kind: 'stepUp', options };
  }
  if (least.length > 0) return { kind: 'login', withPasskey: false };
  return chooseEnrolment(ways, means);
}

function chooseEnrolment(ways: Extract<AuthnDecision, { kind: 'incomplete' }>['ways'], means: Means): NextProof {
  if (!means.mayEnrol) return { kind: 'unreachable' };
  const open = ways.filter(({ missing }) =>
    missing.every(
      (one) => isPassword(one) || canProve(means, one) || means.offered.some((kind) => kind === one.authenticator),
    ),
  );
  const lacking = open.flatMap(({ missing }) => missing.filter((one) => !isPassword(one) && !canProve(means, one)));
  const kinds = means.offered.filter((kind) => lacking.some(({ authenticator }) => authenticator === kind));
  return kinds.length === 0 ? { kind: 'unreachable' } : { kind: 'enrol', kinds };
}

const isPassword = ({ authenticator }: FactorPattern): boolean => authenticator === 'password';
const isPasskey = (pattern: FactorPattern): boolean => pattern.authenticator === 'webauthn';
const canProve = ({ authenticators }: Means, pattern: FactorPattern): boolean =>
  authenticators.some((one) => canBe(pattern, one));

/** Whether an authenticator can prove what a pattern asks for, as far as it is known before it is used. */
export function canBe(pattern: FactorPattern, authenticator: Authenticator): boolean {
  if (authenticator.kind !== pattern.authenticator) return false;
  const { with: wanted = [], without = [] } = pattern;
  if (authenticator.kind === 'totp')
    return !(without.includes('shared') && authenticator.isShared) && wanted.length === 0;
  const lacksVerification = wanted.includes('user-verified') && !authenticator.canVerifyUser;
  return !lacksVerification && !(without.includes('synced') && authenticator.isBackedUp);
}
