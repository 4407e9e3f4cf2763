import type { Username } from '@gakumon/terms';
import type { PersonAuthenticators } from './authenticator.ts';

/** The authenticators of people, in the records, sealed. */
export interface AuthenticatorRecords {
  /** @returns `noAuthenticators` for somebody who has none */
  find(username: Username): Promise<PersonAuthenticators>;
  /**
   * Changes what is there in one atomic step: `edit` is called again when somebody else wrote in between, so it must be
   * pure. When it throws, nothing is written.
   * @returns what was written
   */
  change(username: Username, edit: (now: PersonAuthenticators) => PersonAuthenticators): Promise<PersonAuthenticators>;
  /** Whose credential this is (WebAuthn credential id, base64url). That the person still has it, `find` tells. */
  ownerOfCredential(credentialId: string): Promise<Username | undefined>;
}

/** Codes that are good for one use: a one-time password, a challenge. */
export interface SingleUseCodes {
  /**
   * Uses a code up. Atomic, over all nodes: of any number of callers exactly one is told `true`.
   * @param code names whose it is and which; any text
   * @param keepUntil milliseconds; after it the code itself is no longer good, and `false` is told for it
   */
  use(code: string, keepUntil: number): Promise<boolean>;
}

/** A browser and a network that a person has completed a login from. */
export type KnownPlace = { readonly browser: string; readonly network: string };

/** Where people log in from, for rules about new browsers and networks. */
export interface KnownPlaces {
  /** What of this place is known for the person. */
  find(username: Username, place: KnownPlace): Promise<{ readonly browser: boolean; readonly network: boolean }>;
  /** Notes a place after a login that met everything asked of it. Old ones give way; it writes only what is new. */
  note(username: Username, place: KnownPlace, at: number): Promise<void>;
}
