import { randomBytes } from 'node:crypto';
import { minutes } from '@gakumon/terms';

/** A question to a security key. */
export type Ceremony = {
  /** 32 random octets, base64url (WebAuthn 13.4.3 asks for 16 at least). The one who asks remembers it, and takes one answer. */
  readonly challenge: string;
  /** JSON for `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` in the browser (WebAuthn 5.1.8, 5.1.9); holds the challenge. */
  readonly options: string;
};

/** How long a browser waits for the person: what WebAuthn 15.1 recommends, for people who need their time. */
export const ceremonyTimeout = minutes(5);

export function newChallenge(): string {
  return randomBytes(32).toString('base64url');
}

/** Makes a WebAuthn user handle: 32 random octets, base64url, which say nothing about the person (WebAuthn 14.6.1). */
export function newUserHandle(): string {
  return randomBytes(32).toString('base64url');
}
