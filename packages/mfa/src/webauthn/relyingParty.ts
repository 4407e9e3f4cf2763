/** Who asks for passkeys: this IdP (WebAuthn Level 3, 4 "Relying Party"). */
export type RelyingParty = {
  /** The RP ID: the host that passkeys are bound to. */
  readonly id: string;
  /** The only origin whose pages may use them. */
  readonly origin: string;
  /** What people see when their device asks. */
  readonly name: string;
};
