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
 * Chooses what to ask for, so that a session is asked only for what is missing. Where the password would do as well as an
 * authenticator that need not be at hand, both are offered. Pure.
 * @param decision one that is incomplete
 * @param means undefined while nobody is known
 */
export function chooseNext(
  { known, ways }: Pick<Incomplete, 'known'> & { readonly ways: readonly Lack[] },
  means: Means | undefined,
): NextProof {
  if (means === undefined || known === undefined || known.facts.length === 0) {
    return { kind: 'login', withPasskey: ways.some(({ missing }) => missing.every(isPasskey)) };
  }
  const feasible = ways.filter(({ missing }) => missing.every((one) => isPassword(one) || canProve(means, one)));
  const [byPassword, without] = partition(feasible, ({ missing }) => missing.some(isPassword));
  const withPasskey = without.some(({ missing }) => missing.every(isPasskey));
  if (byPassword.length > 0 && (withPasskey || without.length === 0)) return { kind: 'login', withPasskey };
  if (without.length > 0) {
    const patterns = without.flatMap(({ missing }) => missing);
    const options = means.authenticators.filter((one) => patterns.some((pattern) => canBe(pattern, one)));
    return { kind: 'stepUp', options };
  }
  return chooseEnrolment(ways, means);
}

type Incomplete = Extract<AuthnDecision, { kind: 'incomplete' }>;
type Lack = Pick<Incomplete['ways'][number], 'missing'>;

function chooseEnrolment(ways: readonly Lack[], means: Means): NextProof {
  const isWithin = (one: FactorPattern): boolean => isPassword(one) || canProve(means, one);
  const open = ways.filter(({ missing }) =>
    missing.every((one) => isWithin(one) || means.offered.some(canBecome(one))),
  );
  const lacking = open.flatMap(({ missing }) => missing.filter((one) => !isWithin(one)));
  const kinds = means.offered.filter((kind) => lacking.some((pattern) => canBecome(pattern)(kind)));
  return kinds.length > 0 && means.mayEnrol ? { kind: 'enrol', kinds } : { kind: 'unreachable' };
}

const isPassword = ({ authenticator }: FactorPattern): boolean => authenticator === 'password';
const isPasskey = (pattern: FactorPattern): boolean => pattern.authenticator === 'webauthn';
const canProve = ({ authenticators }: Means, pattern: FactorPattern): boolean =>
  authenticators.some((one) => canBe(pattern, one));

/** Whether one that is enrolled now could prove what a pattern asks for. */
const canBecome =
  ({ authenticator, with: wanted = [] }: FactorPattern) =>
  (kind: EnrollableKind): boolean =>
    kind === authenticator && (kind === 'webauthn' || wanted.length === 0);

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** Whether an authenticator can prove what a pattern asks for, as far as it is known before it is used. */
export function canBe(pattern: FactorPattern, authenticator: Authenticator): boolean {
  if (authenticator.kind !== pattern.authenticator) return false;
  const { with: wanted = [], without = [] } = pattern;
  if (authenticator.kind === 'totp')
    return !(without.includes('shared') && authenticator.isShared) && wanted.length === 0;
  const lacksVerification = wanted.includes('user-verified') && !authenticator.canVerifyUser;
  return !lacksVerification && !(without.includes('synced') && authenticator.isBackedUp);
}
