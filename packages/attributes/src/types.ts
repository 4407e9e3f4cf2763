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
  readonly syntax: 'text' | 'scoped' | 'nameId' | 'uri';
};

export type ResolvedAttribute = {
  readonly definition: AttributeDefinition;
  readonly values: readonly AttributeValue[];
};

/** Everything known about a person for one SP; may not leave the house. */
export type ResolvedAttributes = Brand<readonly ResolvedAttribute[], 'ResolvedAttributes'>;
/** What the release rules let out to one SP; the only attributes that a response can be built from. */
export type ReleasedAttributes = Brand<readonly ResolvedAttribute[], 'ReleasedAttributes'>;

/** Why an attribute goes or stays: printed by `release preview`, kept with the case. */
export type ReleaseDecision = {
  readonly attribute: ResolvedAttribute;
  readonly released: boolean;
  /** The rule that decided; undefined when no rule spoke of it. */
  readonly rule: string | undefined;
  readonly reason: string;
};
