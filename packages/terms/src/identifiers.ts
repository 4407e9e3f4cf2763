import type { Brand } from './brand.ts';
import { GakumonError } from './errors.ts';

/** A SAML entity identifier (SAML Core 8.3.6): a URI of at most 1024 characters. */
export type EntityId = Brand<string, 'EntityId'>;
/** Names one thing that a service provider asked for; the same AuthnRequest always has the same one. */
export type AttemptId = Brand<string, 'AttemptId'>;
/** The bearer value of an SSO session; no store ever sees it. */
export type SessionToken = Brand<string, 'SessionToken'>;
/** Names a session: 128 bits of the token's SHA-256, base64url, 22 characters. Opens nothing. */
export type SessionId = Brand<string, 'SessionId'>;
/** Names the browser across one login; holds no right. */
export type BrowserId = Brand<string, 'BrowserId'>;
/** A person's login name, normalised. */
export type Username = Brand<string, 'Username'>;
/** Names one authenticator of a person; opens nothing. */
export type AuthenticatorId = Brand<string, 'AuthenticatorId'>;
/** What a person reads out to the help desk, e.g. `K7Q2-9F`. Never a credential. */
export type CaseReference = Brand<string, 'CaseReference'>;

/**
 * @param value what stood in a document, untouched
 * @throws GakumonError `entity-id-invalid` when it is empty, longer than 1024 characters, or holds white space, control or invisible characters
 */
export function toEntityId(value: string): EntityId {
  if (value.length === 0 || value.length > 1024 || /[\s\p{C}]/u.test(value)) {
    throw new GakumonError('entity-id-invalid', { detail: `entityID ${JSON.stringify(value.slice(0, 80))}` });
  }
  return value as EntityId;
}
