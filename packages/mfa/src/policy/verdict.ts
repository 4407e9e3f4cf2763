import type { Username } from '@gakumon/terms';
import type { Requirement } from '../assurance/requirement.ts';
import type { PolicyRule } from './policy.ts';

/** Everything that a policy is asked about; plain data, so that a login, `policy explain` and a page ask the same. */
export type PolicyQuestion = {
  readonly now: number;
  /** The client's address by law 6. */
  readonly address: string;
  readonly person: {
    readonly username: Username;
    readonly groups: readonly string[];
    readonly attributes: Readonly<Record<string, readonly string[]>>;
  };
  /** Undefined for pages of ours. Attributes by their names in the dictionary. */
  readonly service:
    | {
        readonly entityId: string;
        readonly categories: readonly string[];
        readonly requestedAttributes: readonly string[];
      }
    | undefined;
  /** The AuthnContext classes that the service asked for. */
  readonly contexts: readonly string[];
  /**
   * When something was first proved in the session. Not when it was last: a password that was typed
   * for something else would silence a rule that asks for more than a password. Undefined: there is no session.
   */
  readonly firstProofAt: number | undefined;
  /** Undefined: nobody looked, and rules about it do not match. */
  readonly isNewBrowser: boolean | undefined;
  readonly isNewNetwork: boolean | undefined;
};

/** In which named networks an address is, and by which line of them. */
export type NetworkPlacement = {
  readonly address: string;
  /** In the order of policy.yaml; empty: nowhere. */
  readonly inside: readonly { readonly network: string; readonly range: string }[];
  /** Where it would be, were it not for an exclusion. */
  readonly excluded: readonly { readonly network: string; readonly range: string; readonly by: string }[];
};

/** What became of one rule, and why. */
export type RuleTrace = {
  readonly name: string;
  readonly matched: boolean;
  readonly requires: string;
  /**
   * `announced`: it is not in force yet, and will concern this person and service, wherever it is asked from. `over`: it
   * was until a time. `condition`: see `failed`.
   */
  readonly state: 'matched' | 'condition' | 'not-yet' | 'announced' | 'over';
  /** Why it did not match: the first condition that did not hold, or its time; in words for the operator. */
  readonly failed: string | undefined;
};

export type PolicyVerdict = {
  readonly placement: NetworkPlacement;
  readonly rules: readonly RuleTrace[];
  /** All must be met; equal ones once, the strongest first. Empty: what the service asks for is enough. */
  readonly requirements: readonly Requirement[];
  /** The rules that matched, for the page that tells why. */
  readonly matched: readonly PolicyRule[];
  /** The rules that will concern this person and service from a time on. */
  readonly announced: readonly PolicyRule[];
};
