import type { AccessRules } from './access/types.ts';

/**
 * Who a rule of release.yaml speaks of. `group` is a group of the person; all others are properties of the SP, as its
 * verified metadata tells them.
 */
export type ReleaseTarget =
  | 'any'
  | { readonly entityId: string }
  | { readonly source: string }
  | { readonly category: string }
  | { readonly registrationAuthority: string }
  | { readonly group: string };

/** What a rule lets out: what the SP's metadata requests, everything, or the attributes with these dictionary ids. */
export type ReleaseScope = 'requested' | 'all' | readonly string[];

/** One rule of release.yaml. A rule may only permit, only deny (`release: []`), or both. */
export type ReleaseRule = {
  /** Shown to the operator beside each decision; unique in the file. */
  readonly name: string;
  readonly to: ReleaseTarget;
  readonly release: ReleaseScope;
  /** Dictionary ids; a deny of any rule that matches wins over every permission. */
  readonly deny: readonly string[];
  /**
   * URIs of the NameID formats that the SPs may be given, besides the transient one. Those of all rules that match are
   * permitted together. A deny of `mail` also keeps the mail address from being a NameID, and one of
   * `eduPersonTargetedID` the persistent identifier.
   */
  readonly nameId?: readonly string[] | undefined;
};

/** release.yaml as plain data. */
export type ReleaseDocument = { readonly rules: ReleaseRules; readonly access: AccessRules };

/** Its rules. Empty: nothing but a transient NameID goes out. Order has no meaning, except for which name is shown. */
export type ReleaseRules = readonly ReleaseRule[];
