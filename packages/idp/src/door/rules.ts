import { bindings, type ErrorCodeTelling, minutes, nameIdFormats } from '@gakumon/terms';
import { attemptLifetime } from '../seal/sealAttempt.ts';
import type { DecodedAuthnRequest } from './decodeAuthnRequest.ts';

/** What the rules of the door look at besides the message. */
export type DoorContext = { readonly now: number; readonly ssoLocation: string };

/** One thing that an AuthnRequest must be before it is believed. */
export type DoorRule = {
  readonly name: string;
  readonly section: string;
  readonly code: ErrorCodeTelling<'person'>;
  readonly holds: (decoded: DecodedAuthnRequest, context: DoorContext) => boolean;
};

/** How far the clocks of an SP and of this machine may be apart. */
export const clockSkew = minutes(3);

/** Broken by a message that cannot be answered: the person gets a page. */
export const doorRules: readonly DoorRule[] = [
  {
    name: 'the version is 2.0',
    section: 'SAML Core 3.2.1, 4.1.3.2',
    code: 'request-version',
    holds: ({ request }) => request.version === '2.0',
  },
  {
    name: 'a request that the SP promises to sign is signed',
    section: 'SAML Metadata 2.4.4 AuthnRequestsSigned',
    code: 'signature-missing',
    holds: ({ serviceProvider, isSigned }) => isSigned || !serviceProvider.authnRequestsSigned,
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
];

/** One thing that a believed request may not ask; the verified SP is told. */
export type RefusalRule = {
  readonly name: string;
  readonly section: string;
  readonly code: ErrorCodeTelling<'sp'>;
  readonly refuses: (decoded: DecodedAuthnRequest) => boolean;
};

export const refusalRules: readonly RefusalRule[] = [
  {
    name: 'answers go by HTTP-POST',
    section: 'SAML Core 3.4.1 ProtocolBinding',
    code: 'binding-unsupported',
    refuses: ({ request }) => request.protocolBinding !== undefined && request.protocolBinding !== bindings.post,
  },
  {
    // Answering about whoever happens to log in would not be what was asked.
    name: 'the SP does not choose the person',
    section: 'SAML Core 3.4.1 Subject',
    code: 'request-unsupported',
    refuses: ({ request }) => request.hasSubject,
  },
  {
    name: 'the NameID asked for is one that is given',
    section: 'SAML Core 3.4.1.1 NameIDPolicy',
    code: 'name-id-policy',
    refuses: ({ request, serviceProvider }) => {
      const { format, spNameQualifier } = request.nameIdPolicy ?? {};
      const isGiven =
        format === undefined || format === nameIdFormats.unspecified || format === nameIdFormats.transient;
      const isOwn =
        spNameQualifier === undefined || spNameQualifier === '' || spNameQualifier === serviceProvider.entityId;
      return !isGiven || !isOwn;
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
