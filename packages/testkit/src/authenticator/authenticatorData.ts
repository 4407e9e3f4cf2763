import { createHash } from 'node:crypto';

/** What stands in authenticator data (WebAuthn 6.1). */
export type AuthenticatorDataFields = {
  readonly rpId: string;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly counter: number;
  /** Attested credential data (6.5.1), of a new credential. */
  readonly attested?: { readonly aaguid: string; readonly credentialId: Buffer; readonly publicKey: Buffer };
};

export function encodeAuthenticatorData(fields: AuthenticatorDataFields): Buffer {
  const { attested } = fields;
  const flags = [
    fields.userPresent && 0x01,
    fields.userVerified && 0x04,
    fields.backupEligible && 0x08,
    fields.backedUp && 0x10,
    attested !== undefined && 0x40,
  ].reduce<number>((all, flag) => all | Number(flag), 0);
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(fields.counter);
  const rpIdHash = createHash('sha256').update(fields.rpId).digest();
  return Buffer.concat([
    rpIdHash,
    Buffer.of(flags),
    counter,
    ...(attested === undefined ? [] : attestedParts(attested)),
  ]);
}

function attestedParts({
  aaguid,
  credentialId,
  publicKey,
}: NonNullable<AuthenticatorDataFields['attested']>): Buffer[] {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(credentialId.length);
  return [Buffer.from(aaguid.replaceAll('-', ''), 'hex'), length, credentialId, publicKey];
}
