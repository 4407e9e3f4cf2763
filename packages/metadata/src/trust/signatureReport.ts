import { createHash, X509Certificate } from 'node:crypto';
import { findChild, type XmlElement } from '@gakumon/saml';
import { GakumonError, isGakumonError, ns } from '@gakumon/terms';
import { tellFingerprint } from './fingerprintOf.ts';
import type { PinnedKey } from './pinnedKeys.ts';

/** Finds the reason that an operator can act on, when a signature is refused. */
export type SignatureReport = {
  /** Sees the ds:Signature as it stands in the document. It proves nothing, and is only looked at for the message. */
  readonly see: (signature: XmlElement) => void;
  /** @returns `metadata-signature` for whatever is wrong with the signature, and any other error as it is */
  readonly explain: (error: unknown) => unknown;
};

type Claimed = { readonly fingerprint: string; readonly publicKey: Buffer | undefined };

export function createSignatureReport(pinned: readonly PinnedKey[]): SignatureReport {
  let seen: XmlElement | undefined;
  return {
    see: (signature) => {
      seen = signature;
    },
    explain: (error) => {
      if (!isGakumonError(error) || !error.code.startsWith('signature-')) return error;
      if (error.code === 'signature-missing') return notSigned(error);
      return new GakumonError('metadata-signature', {
        ...explain(error, findClaimedSigner(seen), pinned),
        cause: error,
      });
    },
  };
}

function notSigned(cause: GakumonError): GakumonError {
  return new GakumonError('metadata-signature', {
    detail: 'the document is not signed: its root has no Signature of its own',
    hint: 'load the signed file that the federation publishes; or say --unsigned when you trust how it came',
    cause,
  });
}

type Explained = Pick<ConstructorParameters<typeof GakumonError>[1] & object, 'detail' | 'hint' | 'data'>;

function explain(error: GakumonError, claimed: Claimed | undefined, pinned: readonly PinnedKey[]): Explained {
  const known = claimed && pinned.find((one) => isSameKey(one, claimed));
  const isSigner = known !== undefined;
  if (error.data.weakKeys !== undefined) return explainWeak(error, claimed, pinned, isSigner);
  if (error.code !== 'signature-invalid') return { detail: `${error.detail} (${tellBoth(claimed, pinned)})` };
  if (isSigner) {
    return {
      detail: `the configured certificate ${tellFingerprint(known.fingerprint)} is the right one; the document, or its signature, was changed after it was signed: ${error.detail ?? ''}`,
      hint: 'download it again; when that changes nothing, tell the federation',
    };
  }
  if (claimed === undefined) {
    return {
      detail: `no configured signer signed this: ${tellBoth(claimed, pinned)}`,
      hint: "the document names no certificate; look at the federation's page for a new signer",
      data: otherSigner,
    };
  }
  return {
    detail: `signed by a key that is not the configured signer: ${tellBoth(claimed, pinned)}`,
    data: otherSigner,
  };
}

/** What `data` says when a new signer may be behind it. */
const otherSigner = { signer: 'other' } as const;

function explainWeak(
  error: GakumonError,
  claimed: Claimed | undefined,
  pinned: readonly PinnedKey[],
  isSigner: boolean,
): Explained {
  const whose = `${tellPinned(pinned)}: ${error.detail ?? ''}`;
  const other = isSigner ? '' : `; ${told(claimed)}`;
  return {
    detail: `nothing that the configured certificate signs can be believed, ${whose}${other}`,
    hint: "take the certificate of the signer from the federation's page, and compare the fingerprints",
  };
}

const tellBoth = (claimed: Claimed | undefined, pinned: readonly PinnedKey[]): string =>
  `${told(claimed)}, the configured one ${tellPinned(pinned)}`;

const tellPinned = (pinned: readonly PinnedKey[]): string =>
  pinned.map(({ fingerprint }) => tellFingerprint(fingerprint)).join(', ');

function told(claimed: Claimed | undefined): string {
  return claimed === undefined
    ? 'the document names no certificate'
    : `the document's certificate has SHA-256 fingerprint ${tellFingerprint(claimed.fingerprint)}`;
}

function isSameKey({ certificate, fingerprint }: PinnedKey, claimed: Claimed): boolean {
  return fingerprint === claimed.fingerprint || claimed.publicKey?.equals(publicKeyOf(certificate)) === true;
}

function publicKeyOf(certificate: X509Certificate): Buffer {
  return certificate.publicKey.export({ type: 'spki', format: 'der' });
}

function findClaimedSigner(signature: XmlElement | undefined): Claimed | undefined {
  let el = signature;
  for (const step of ['KeyInfo', 'X509Data', 'X509Certificate']) el = el && findChild(el, ns.ds, step);
  const base64 = el?.children.map((node) => (node.kind === 'text' ? node.value : '')).join('') ?? '';
  if (base64.trim() === '') return undefined;
  const der = Buffer.from(base64, 'base64');
  return { fingerprint: createHash('sha256').update(der).digest('hex'), publicKey: findPublicKey(der) };
}

function findPublicKey(der: Buffer): Buffer | undefined {
  try {
    return publicKeyOf(new X509Certificate(der));
  } catch {
    return undefined;
  }
}
