/** Why an answer is not taken. Each has its texts in `pages/texts.ts`. */
export type Refusal =
  /** Not base64, not UTF-8, not well-formed, a DOCTYPE. */
  | 'unreadable'
  /** Well-formed, but not a Response as SAML writes one. */
  | 'structure'
  /** Response or assertion is not signed by the IdP. */
  | 'signature'
  | 'decryption'
  | 'issuer'
  | 'destination'
  | 'audience'
  | 'recipient'
  | 'confirmation'
  | 'expired'
  /** It answers no request of ours, or one that was answered before. */
  | 'not-asked'
  | 'replayed'
  /** A fresh login was asked for, and this one is older than the request. */
  | 'not-fresh'
  /** Not one of the AuthnContexts that were asked for. */
  | 'authn-context'
  /** The login began in another browser. */
  | 'other-browser';

/** A refusal with what a technician wants to know. */
export type Refused = { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string };

export const refused = (reason: Refusal, detail = ''): Refused => ({ kind: 'refused', reason, detail });
