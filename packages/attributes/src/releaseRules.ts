import type { AccessRules } from './access/types.ts';

/** One text, or several of which one is enough. */
export type OneOf = string | readonly string[];

/** SPs under one name, as the top of release.yaml has them. */
export type ServiceProviderGroup = { readonly name: string; readonly entityIds: readonly string[] };

/**
 * What must all hold, at least one thing. `group` and `affiliation` are the person's (`student`, or `student@scope`), as
 * they are resolved; all others are properties of the SP, as its verified metadata tells them.
 */
export type TargetConditions = {
  readonly entityId?: OneOf | undefined;
  readonly source?: OneOf | undefined;
  readonly category?: OneOf | undefined;
  readonly registrationAuthority?: OneOf | undefined;
  readonly subjectIdRequirement?: OneOf | undefined;
  readonly serviceProviders?: readonly ServiceProviderGroup[] | undefined;
  readonly group?: OneOf | undefined;
  readonly affiliation?: OneOf | undefined;
};

/** Who a rule of release.yaml speaks of. `not` leaves out whom one of these describes. */
export type ReleaseTarget =
  | 'any'
  | (TargetConditions & { readonly not?: TargetConditions | readonly TargetConditions[] | undefined });

/**
 * A dictionary id, or some values of it: those in a list, or those that a regular expression matches as a whole. A `deny`
 * compares without regard to case, since it must not be got round by another spelling.
 */
export type ReleaseItem =
  | string
  | { readonly attribute: string; readonly values?: readonly string[]; readonly matching?: string };

/**
 * What a rule lets out: what the SP's metadata requests, what it requires, what its entity categories permit (of those
 * that the rule's `to.category` names), everything, or what is listed.
 */
export type ReleaseScope = 'requested' | 'required' | 'bundle' | 'all' | readonly ReleaseItem[];

/** One rule of release.yaml. A rule may only permit, only deny (`release: []`), or both. */
export type ReleaseRule = {
  /** Shown to the operator beside each decision; unique in the file. */
  readonly name: string;
  readonly to: ReleaseTarget;
  readonly release: ReleaseScope;
  /** A deny of any rule that matches wins over every permission. */
  readonly deny: readonly ReleaseItem[];
  /**
   * URIs of the NameID formats that the SPs may be given, besides the transient one. Those of all rules that match are
   * permitted together. A deny of `mail` also keeps the mail address from being a NameID, and one of
   * `eduPersonTargetedID` or `pairwise-id` the persistent identifier.
   */
  readonly nameId?: readonly string[] | undefined;
};

/** release.yaml as plain data. */
export type ReleaseDocument = { readonly rules: ReleaseRules; readonly access: AccessRules };

/** Its rules. Empty: nothing but a transient NameID goes out. Order has no meaning, except for which name is shown. */
export type ReleaseRules = readonly ReleaseRule[];
