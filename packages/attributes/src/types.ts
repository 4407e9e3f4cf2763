import type { Brand, Localised } from '@gakumon/terms';

/** One value of an attribute, before it is XML. */
export type AttributeValue =
  | { readonly kind: 'text'; readonly value: string }
  /** `value@scope`; kept apart so that the scope can be checked against the IdP's own. */
  | { readonly kind: 'scoped'; readonly value: string; readonly scope: string }
  /** A saml:NameID as XML content, as eduPersonTargetedID has it. */
  | {
      readonly kind: 'nameId';
      readonly format: string;
      readonly nameQualifier: string;
      readonly spNameQualifier: string;
      readonly value: string;
    };

/** An entry of the attribute dictionary: what an attribute is called on the wire and to a person. */
export type AttributeDefinition = {
  /** The id that release.yaml and directories use, e.g. `eduPersonPrincipalName`. */
  readonly id: string;
  /** saml:Attribute/@Name, e.g. `urn:oid:1.3.6.1.4.1.5923.1.1.1.6`. */
  readonly name: string;
  /** saml:Attribute/@FriendlyName; undefined where the specification wants none (subject-id, pairwise-id). */
  readonly friendlyName: string | undefined;
  readonly labels: Localised;
  readonly multiple: boolean;
  readonly syntax: AttributeSyntax;
};

/** What a value must look like; `attributeSyntaxes` holds the rule of each. */
export type AttributeSyntax =
  | 'text'
  | 'mail'
  | 'uri'
  | 'orcid'
  /** eduPersonAssurance: a URI that does not speak of how somebody logged in. */
  | 'assurance'
  | 'affiliation'
  | 'domain'
  | 'scopedAffiliation'
  | 'principalName'
  | 'uniqueId'
  | 'subjectId'
  | 'personalUniqueCode'
  | 'nameId';

export type ResolvedAttribute = {
  readonly definition: AttributeDefinition;
  readonly values: readonly AttributeValue[];
};

/** Everything known about a person for one SP; may not leave the house. */
export type ResolvedAttributes = Brand<readonly ResolvedAttribute[], 'ResolvedAttributes'>;
/** What the release rules let out to one SP; the only attributes that a response can be built from. */
export type ReleasedAttributes = Brand<readonly ResolvedAttribute[], 'ReleasedAttributes'>;

/** Why a value that a source gave is not among the resolved ones. */
export type WithheldCode =
  | 'empty'
  | 'too-long'
  | 'forbidden-character'
  | 'syntax'
  | 'vocabulary'
  | 'scope'
  | 'several-values'
  | 'too-many'
  | 'computed-only'
  | 'source-missing'
  /** It belongs to somebody who left. */
  | 'blocked';

/** A value that stays in the house because it breaks the dictionary; the login goes on without it. */
export type WithheldValue = {
  /** The dictionary id that it would have had. */
  readonly attribute: string;
  /** As the source gave it: may hold anything, so escape it wherever it is shown. */
  readonly value: string;
  readonly code: WithheldCode;
  /** For the operator, in English; never repeats the value. */
  readonly reason: string;
};

/** What became of everything that is known about a person. */
export type Resolution = {
  readonly resolved: ResolvedAttributes;
  readonly withheld: readonly WithheldValue[];
  readonly sources: SourceValues;
};

/** What identifiers start from, by its name: `username`, or an attribute. */
export type SourceValues = ReadonlyMap<string, SourceValue>;

/** `missing`: the person has none. `blocked`: it named somebody who left, and starts nothing for anybody else. */
export type SourceValue =
  | { readonly kind: 'known'; readonly value: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'blocked' };

export type ReleaseDecisionCode =
  | 'permitted'
  | 'denied'
  | 'no-rule'
  | 'not-requested'
  | 'not-required'
  | 'not-in-bundle'
  | 'values-not-requested'
  | 'values-not-named';

/** What became of one value, and why. */
export type ValueDecision = {
  readonly value: AttributeValue;
  /** The rule that decided; undefined when no rule spoke of it. */
  readonly rule: string | undefined;
  readonly code: ReleaseDecisionCode;
  /** For the operator, in English. */
  readonly reason: string;
};

/** Why an attribute goes or stays: printed by `release preview`, kept with the case. One for each resolved attribute. */
export type ReleaseDecision = {
  /** With all its resolved values. */
  readonly attribute: ResolvedAttribute;
  readonly released: boolean;
  /** The values that go; empty when it stays. */
  readonly values: readonly AttributeValue[];
  /** The values that stay, each with its reason. */
  readonly kept: readonly ValueDecision[];
  /** Whether the SP says that it cannot do without (md:RequestedAttribute/@isRequired); undefined: it does not ask for it. */
  readonly isRequired: boolean | undefined;
  /** The rule that decided; undefined when no rule spoke of it. */
  readonly rule: string | undefined;
  readonly code: ReleaseDecisionCode;
  /** For the operator, in English. */
  readonly reason: string;
};
