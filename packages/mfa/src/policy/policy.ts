import type { Localised } from '@gakumon/terms';
import type { AuthnContextDefinition, Requirement } from '../assurance/requirement.ts';
import type { EnrollableKind } from '../authenticator.ts';

/** A part of the net that has a name: the included ranges without the excluded ones. CIDRs as `parseCidr` writes them. */
export type NamedNetwork = {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** What people call it; its name when undefined. */
  readonly text: Localised | undefined;
  /** Wrong passwords of one address of it in ten minutes before the next tries are delayed; undefined: as elsewhere. */
  readonly wrongPasswords: number | undefined;
};

/** When a rule matches: all that is given must hold; nothing given is always. */
export type Condition = {
  /** In one of `is` (when given) and in none of `not`. */
  readonly network?: { readonly is: readonly string[]; readonly not: readonly string[] } | undefined;
  readonly service?: ServiceCondition | undefined;
  /** In one of these groups. */
  readonly group?: readonly string[] | undefined;
  /** In none of these groups. */
  readonly notGroup?: readonly string[] | undefined;
  /** Has one of the values, of each attribute (names as in the directory). */
  readonly attribute?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The service asked for one of these AuthnContext classes. */
  readonly context?: readonly string[] | undefined;
  /** The session has a proof that is older, milliseconds: what is required must be proved later than that. */
  readonly olderThan?: number | undefined;
  /** The person has not completed a login in this browser before. */
  readonly newBrowser?: boolean | undefined;
  /** Nor from this network (an IPv4 /24, an IPv6 /48). */
  readonly newNetwork?: boolean | undefined;
};

/** One of `entityIds`, or one of `categories`, or asks for one of `requestedAttributes` (names of the dictionary). */
export type ServiceCondition = {
  readonly entityIds: readonly string[];
  readonly categories: readonly string[];
  readonly requestedAttributes: readonly string[];
};

export type PolicyRule = {
  readonly name: string;
  readonly when: Condition;
  readonly require: Requirement;
  /** In force from (inclusive), until (exclusive), milliseconds since the epoch. */
  readonly from: number | undefined;
  readonly until: number | undefined;
  /** How long before `from` people whom it will concern are told of it, milliseconds. */
  readonly announce: number | undefined;
  /** Why, for the people whom it concerns; undefined: words of ours. */
  readonly text: Localised | undefined;
};

/** Where and when somebody who has proved only a password may enrol a factor (law 7). */
export type EnrolmentRule = {
  readonly name: string;
  readonly when: Pick<Condition, 'network' | 'group' | 'notGroup' | 'attribute'>;
  readonly from: number | undefined;
  readonly until: number | undefined;
  /** `first`: only somebody who has no authenticator yet. `any`: also who has lost the others, and may remove them. */
  readonly for: 'first' | 'any';
};

/** policy.yaml, with every name in it looked up. */
export type StepUpPolicy = {
  readonly networks: readonly NamedNetwork[];
  readonly rules: readonly PolicyRule[];
  readonly enrolment: readonly EnrolmentRule[];
  /** What can be enrolled here, the one that is offered first in front. */
  readonly offered: readonly EnrollableKind[];
  /** The classes that may be asserted, in the order of preference when a service asks for nothing. */
  readonly contexts: readonly AuthnContextDefinition[];
  readonly webauthn: {
    /** Whether the model has to prove what it is. Needs `aaguids`. */
    readonly attestation: 'none' | 'direct';
    /** The models that may be enrolled (lower-case UUIDs); undefined: any. */
    readonly aaguids: readonly string[] | undefined;
    /** Certificates (PEM) of the makers whose attestation is believed. Without any, no model can prove what it is. */
    readonly roots?: readonly string[] | undefined;
  };
  /** Requirements that policy.yaml names and no rule asks for. Absent: none. */
  readonly idleRequirements?: readonly string[];
};
