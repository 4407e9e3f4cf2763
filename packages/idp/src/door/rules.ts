import { requestedNameIdFormat, supportedNameIdFormats } from '@gakumon/attributes';
import { bindings, type ErrorCodeTelling, minutes } from '@gakumon/terms';
import { attemptLifetime } from '../seal/sealAttempt.ts';
import type { DecodedAuthnRequest } from './decodeAuthnRequest.ts';

/** What the rules of the door look at besides the message. */
export type DoorContext = {
  readonly now: number;
  readonly ssoLocation: string;
  /** Our own. */
  readonly entityId: string;
  /** Our own wish (SAML Metadata 2.4.3 WantAuthnRequestsSigned), which binds everybody. */
  readonly wantAuthnRequestsSigned: boolean;
};

/** One thing that an AuthnRequest must be before it is believed. */
export type DoorRule = {
  readonly name: string;
  readonly section: string;
  readonly code: ErrorCodeTelling<'person'>;
  readonly holds: (decoded: DecodedAuthnRequest, context: DoorContext) => boolean;
};

/** How far the clocks of an SP and of this machine may be apart. */
export const clockSkew = minutes(3);

/**
 * A bound of ours: the specification's 80 octets (SAML Bindings 3.4.3) bind those who send, and many send more. What is
 * within it is carried octet for octet.
 */
const longestRelayState = 6144;

/** Whether a RelayState may be carried at all; what is sealed into a form has a tighter bound of its own. */
export function isBoundedRelayState(relayState: string | undefined): boolean {
  return relayState === undefined || Buffer.byteLength(relayState) <= longestRelayState;
}

/** The context classes of a request are sealed into the attempt too. */
const longestContextList = 2048;

/**
 * What is asked before these: decoding (Bindings 3.4.4, 3.5.4), the schema and each element once (Core 3.4.1), an Issuer
 * that is an entity and is known (Profiles 4.1.4.1, Core 8.3.6), every signature that is there (Bindings 3.4.4.1, Core 5).
 * Asked after these: the AssertionConsumerService by chooseAssertionConsumerService.
 * Tolerated without being obeyed: Consent (Core 3.2.1), saml:Conditions (Core 3.4.1: the responder may set its own),
 * samlp:Scoping (Core 3.4.1.2: advice to a proxy, which this is not), samlp:Extensions (Core 3.2.1), ProviderName,
 * samlp:NameIDPolicy/@AllowCreate where nothing is created.
 * IsPassive together with ForceAuthn (Core 3.4.1) may be asked; with a password it can't be satisfied, and decideAuthn
 * says NoPassive.
 *
 * A message that breaks one of these cannot be answered: the person gets a page.
 */
export const doorRules: readonly DoorRule[] = [
  {
    name: 'the version is 2.0',
    section: 'SAML Core 3.2.1, 4.1.3.2',
    code: 'request-version',
    holds: ({ request }) => request.version === '2.0',
  },
  {
    name: 'a request that the SP promises to sign, or that we want signed, is signed',
    section: 'SAML Metadata 2.4.3 WantAuthnRequestsSigned, 2.4.4 AuthnRequestsSigned',
    code: 'signature-missing',
    holds: ({ serviceProvider, isSigned }, { wantAuthnRequestsSigned }) =>
      isSigned || !(serviceProvider.authnRequestsSigned || wantAuthnRequestsSigned),
  },
  {
    name: 'a signed request names this endpoint as its Destination',
    section: 'SAML Bindings 3.4.5.2, 3.5.5.2',
    code: 'request-destination',
    holds: ({ request, isSigned }, { ssoLocation }) =>
      request.destination === undefined || request.destination === '' ? !isSigned : request.destination === ssoLocation,
  },
  {
    // A login page that is reloaded sends the same request again: it stays good for as long as an attempt does.
    name: 'the request is not older than an attempt may be',
    section: 'SAML Core 3.2.1 IssueInstant',
    code: 'request-stale',
    holds: ({ request }, { now }) => request.issueInstant >= now - attemptLifetime - clockSkew,
  },
  {
    name: 'the request is not from the future',
    section: 'SAML Core 3.2.1 IssueInstant',
    code: 'request-from-future',
    holds: ({ request }, { now }) => request.issueInstant <= now + clockSkew,
  },
  {
    name: 'the RelayState is bounded',
    section: 'SAML Bindings 3.4.3, 3.5.3',
    code: 'relay-state-too-large',
    holds: ({ relayState }) => isBoundedRelayState(relayState),
  },
  {
    name: 'the contexts asked for are bounded',
    section: 'SAML Core 3.3.2.2.1',
    code: 'request-too-large',
    holds: ({ request }) =>
      (request.requestedAuthnContext?.classReferences.join(' ').length ?? 0) <= longestContextList,
  },
];

/** One thing that a believed request may not ask; the verified SP is told. */
export type RefusalRule = {
  readonly name: string;
  readonly section: string;
  readonly code: ErrorCodeTelling<'sp'>;
  readonly refuses: (decoded: DecodedAuthnRequest, context: DoorContext) => boolean;
};

export const refusalRules: readonly RefusalRule[] = [
  {
    name: 'answers go by HTTP-POST',
    section: 'SAML Core 3.4.1 ProtocolBinding',
    code: 'binding-unsupported',
    refuses: ({ request }) => request.protocolBinding !== undefined && request.protocolBinding !== bindings.post,
  },
  {
    name: 'the Subject confirms nothing',
    section: 'SAML Profiles 4.1.4.1: Subject must not contain SubjectConfirmation',
    code: 'request-unsupported',
    refuses: ({ request }) => request.subject?.hasConfirmation === true,
  },
  {
    // A name in the clear is held against the person who logs in (Core 3.4.1.4, decideSubject); one that cannot be read
    // cannot be, and answering about whoever happens to log in would not be what was asked.
    name: 'the Subject is named in the clear, or not at all',
    section: 'SAML Core 3.4.1 Subject, 3.3.4',
    code: 'request-unsupported',
    refuses: ({ request }) => request.subject?.hasOtherIdentifier === true,
  },
  {
    // The same characters are another person's name at another party: whoever logs in here, it is not who was asked about.
    name: 'the Subject, where it says whose name it is, has one of ours for this SP',
    section: 'SAML Core 2.2.2 NameQualifier, SPNameQualifier; 3.4.1.4',
    code: 'subject-other',
    refuses: ({ request, serviceProvider }, { entityId }) => {
      const { nameQualifier, spNameQualifier } = request.subject?.nameId ?? {};
      return !isOwn(nameQualifier, entityId) || !isOwn(spNameQualifier, serviceProvider.entityId);
    },
  },
  {
    // Whether the release rules permit the format is known when the person is: decideNameIdFormat. No affiliation of SPs
    // is known here, so that an SP may name itself only. AllowCreate is not asked: a computed identifier has always
    // existed and a transient one ignores it (Core 3.4.1.1, 8.3.7), so there is nothing that "false" could forbid.
    name: 'the NameID asked for is of a format that is made, and for the SP itself',
    section: 'SAML Core 3.4.1.1 NameIDPolicy',
    code: 'name-id-policy',
    refuses: ({ request, serviceProvider }) => {
      const { format: written, spNameQualifier } = request.nameIdPolicy ?? {};
      const format = requestedNameIdFormat(written);
      const isMade = format === undefined || supportedNameIdFormats.includes(format);
      return !isMade || !isOwn(spNameQualifier, serviceProvider.entityId);
    },
  },
  {
    name: 'a context is asked for by class',
    section: 'SAML Core 3.3.2.2.1 AuthnContextDeclRef',
    code: 'no-authn-context',
    refuses: ({ request }) => {
      const asked = request.requestedAuthnContext;
      return asked !== undefined && (asked.declarationReferences.length > 0 || asked.classReferences.length === 0);
    },
  },
];

/** Some write an empty qualifier for none. */
function isOwn(qualifier: string | undefined, entityId: string): boolean {
  return qualifier === undefined || qualifier === '' || qualifier === entityId;
}
