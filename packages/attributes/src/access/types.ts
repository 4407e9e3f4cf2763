import type { Localised } from '@gakumon/terms';
import type { ReleaseTarget } from '../releaseRules.ts';

/** Somebody of whom all that is said holds, at least one thing; of each list one value is enough. */
export type PersonCondition = {
  readonly groups?: readonly string[] | undefined;
  /** As they are resolved: `student`, or `student@example.ac.jp`. */
  readonly affiliations?: readonly string[] | undefined;
  readonly directories?: readonly string[] | undefined;
  readonly usernames?: readonly string[] | undefined;
  /** Resolved attributes, by their ids in the dictionary. */
  readonly attributes?: readonly AttributeCondition[] | undefined;
};

export type AttributeCondition = { readonly id: string; readonly values: readonly string[] };

/** One rule of `access` in release.yaml: who may use the SPs that it speaks of. */
export type AccessRule = {
  /** Shown to operators; unique in the file. */
  readonly name: string;
  readonly to: ReleaseTarget;
  /** One of them is enough; empty: nobody. What is left out beside a `deny` means everybody. */
  readonly allow: readonly PersonCondition[] | 'everybody';
  /** One of them is enough to be kept out, whatever permits; compared without regard to case. */
  readonly deny: readonly PersonCondition[];
  /** What the person reads, instead of the general words. */
  readonly message: Localised | undefined;
  /** Whom to ask. */
  readonly contact: AccessContact | undefined;
};

export type AccessContact = {
  readonly name: Localised;
  readonly url?: string | undefined;
  readonly email?: string | undefined;
};

/** Every rule that matches an SP must let the person in; without any, everybody may. */
export type AccessRules = readonly AccessRule[];

/** Why somebody may not use a service. */
export type AccessRefusal = {
  readonly rule: string;
  /** For the operator, in English. */
  readonly reason: string;
  readonly message: Localised | undefined;
  readonly contact: AccessContact | undefined;
  /** Set where it could not be told for want of a source that is away: they may be let in later. */
  readonly isUndecided?: true | undefined;
};

export type AccessDecision =
  | { readonly kind: 'permitted' }
  | { readonly kind: 'refused'; readonly refusal: AccessRefusal };
