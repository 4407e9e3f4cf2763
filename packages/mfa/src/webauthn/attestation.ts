import { X509Certificate } from 'node:crypto';
import { GakumonError, quoteUntrusted } from '@gakumon/terms';
import type { StepUpPolicy } from '../policy/policy.ts';

/** What an attestation object says (WebAuthn 6.5), read and not verified. */
export type Attestation = {
  readonly format: string;
  /** `x5c`: the certificate of the attestation key and its issuers, DER. */
  readonly certificates: unknown;
  readonly authData: Uint8Array;
  readonly credentialId: string;
  /** Lower-case UUID. */
  readonly aaguid: string;
  readonly publicKey: Uint8Array;
  /** COSE_Key. */
  readonly key: ReadonlyMap<unknown, unknown>;
};

const longestChain = 6;

/**
 * Requires that the model is one that the policy names, and that a maker whom the policy trusts vouches for it. A claimed
 * AAGUID proves nothing: any program can write one into its answer, sign it with its own key (self attestation), or with a
 * certificate that it made itself. So without a chain to one of `roots` nothing is believed.
 * @param now milliseconds
 * @throws GakumonError `passkey-model`
 */
export function requireModel(attestation: Attestation, policy: StepUpPolicy['webauthn'], now: number): void {
  const { aaguids, roots } = policy;
  if (policy.attestation === 'none' && aaguids === undefined) return;
  if (aaguids !== undefined && !aaguids.includes(attestation.aaguid)) {
    throw model(`${attestation.aaguid} is not in webauthn.aaguids`);
  }
  if (attestation.format === 'none') throw model(`${attestation.aaguid} proved nothing about itself`);
  const chain = parseChain(attestation.certificates);
  if (chain.length === 0)
    throw model(`${attestation.aaguid} vouches for itself (format ${quoteUntrusted(attestation.format)})`);
  if (
    !reachesRoot(
      chain,
      (roots ?? []).map((pem) => new X509Certificate(pem)),
      now,
    )
  ) {
    throw model(`no certificate in webauthn.roots vouches for ${attestation.aaguid}`);
  }
}

/**
 * The attestation object with the same authenticator data and no statement (WebAuthn 8.7), as base64url: where nobody
 * asked for an attestation, what a browser sends all the same is not looked at, with its certificates and formats.
 */
export function withoutStatement(authData: Uint8Array): string {
  const text = (value: string) => Buffer.concat([Buffer.of(0x60 | value.length), Buffer.from(value)]);
  const length = Buffer.alloc(5, 0x5a);
  length.writeUInt32BE(authData.length, 1);
  const parts = [Buffer.of(0xa3), text('fmt'), text('none'), text('attStmt'), Buffer.of(0xa0), text('authData')];
  return Buffer.concat([...parts, length, authData]).toString('base64url');
}

function model(detail: string): GakumonError {
  return new GakumonError('passkey-model', { detail });
}

function parseChain(certificates: unknown): readonly X509Certificate[] {
  if (!Array.isArray(certificates) || certificates.length > longestChain)
    throw model('the chain is no list, or too long');
  try {
    return certificates.map((der: Uint8Array) => new X509Certificate(der));
  } catch (error) {
    throw new GakumonError('passkey-model', { detail: 'a certificate of the chain is unreadable', cause: error });
  }
}

/** Each certificate is issued by the next, all are in their time, and the last is a root or issued by one. */
function reachesRoot(chain: readonly X509Certificate[], roots: readonly X509Certificate[], now: number): boolean {
  return chain.every((one, index) => {
    const next = chain[index + 1];
    if (!isInTime(one, now)) return false;
    if (next !== undefined) return isIssuedBy(one, next);
    return roots.some((root) => one.raw.equals(root.raw) || (isInTime(root, now) && isIssuedBy(one, root)));
  });
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey);
}

function isInTime({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime();
}
