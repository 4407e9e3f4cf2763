import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import { readText } from './elementText.ts';
import type { EncryptionKey, MetadataKey, ServiceProvider } from './serviceProvider.ts';
import type { Warn } from './warnings.ts';

export type RoleKeys = Pick<ServiceProvider, 'signingKeys' | 'encryptionKeys' | 'unusableEncryptionKeys'>;

/** A key, or why there is none that can be used. */
type FoundKey = MetadataKey | { readonly unusable: string };

/** NIST SP 800-131A: shorter RSA keys are no longer acceptable. Longer than the other bound only cost time to verify with. */
const rsaBits = { least: 2048, most: 16_384 };
const curves: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * Reads the md:KeyDescriptor elements of a role (SAML Metadata 2.4.1.1). One without `use` serves both purposes. A key
 * counts by itself: the certificate is its container, and neither its dates nor its issuer are asked (SAML V2.0
 * Metadata Interoperability Profile 2.5.1). A key that can't be read or is too weak is left out with a warning, and
 * the entity stays. Where it was one to encrypt to, its reason stays too: an SP that offers a spoilt key must not look
 * like one that offers none and is answered in the clear.
 */
export function readKeys(role: XmlElement, warn: Warn): RoleKeys {
  const signing = new Map<string, MetadataKey>();
  const encryption = new Map<string, EncryptionKey>();
  const unusable = new Set<string>();
  for (const descriptor of listChildren(role, ns.md, 'KeyDescriptor')) {
    const use = attributeOf(descriptor, 'use')?.trim();
    const methods = readEncryptionMethods(descriptor);
    for (const found of readDescriptorKeys(descriptor, warn)) {
      if (use !== 'encryption' && isKey(found) && !signing.has(found.fingerprint))
        signing.set(found.fingerprint, found);
      if (use === 'signing') continue;
      const recipient = asRecipient(found, warn);
      if (!isKey(recipient)) unusable.add(recipient.unusable);
      else if (!encryption.has(recipient.fingerprint)) encryption.set(recipient.fingerprint, { ...recipient, methods });
    }
  }
  return {
    signingKeys: [...signing.values()],
    encryptionKeys: [...encryption.values()],
    unusableEncryptionKeys: [...unusable],
  };
}

const isKey = (found: FoundKey): found is MetadataKey => 'key' in found;

/** Keys are transported by RSA-OAEP alone: others sign, and nothing can be encrypted to them. */
function asRecipient(found: FoundKey, warn: Warn): FoundKey {
  if (!isKey(found) || found.key.asymmetricKeyType === 'rsa') return found;
  const unusable = `nothing can be encrypted to the key in certificate ${found.fingerprint}: it is not an RSA key`;
  warn(unusable);
  return { unusable };
}

function readEncryptionMethods(descriptor: XmlElement): readonly string[] {
  return listChildren(descriptor, ns.md, 'EncryptionMethod')
    .map((el) => attributeOf(el, 'Algorithm')?.trim())
    .filter((algorithm) => algorithm !== undefined);
}

/** Only the first certificate of each ds:X509Data: what may follow is its chain, whose keys are not the entity's. */
function readDescriptorKeys(descriptor: XmlElement, warn: Warn): readonly FoundKey[] {
  const keyInfo = findChild(descriptor, ns.ds, 'KeyInfo');
  const certificates = (keyInfo === undefined ? [] : listChildren(keyInfo, ns.ds, 'X509Data'))
    .map((data) => findChild(data, ns.ds, 'X509Certificate'))
    .filter((el) => el !== undefined);
  const found = certificates.map((el) => readCertificate(el, warn));
  if (found.length === 0) found.push({ unusable: 'a KeyDescriptor holds no certificate and is ignored' });
  for (const one of found) if (!isKey(one)) warn(one.unusable);
  return found;
}

function readCertificate(el: XmlElement, warn: Warn): FoundKey {
  const base64 = (readText(el, 100_000, warn) ?? '').replaceAll(' ', '');
  const certificate = parseCertificate(base64);
  if (certificate === undefined) return { unusable: 'a certificate cannot be read and is ignored' };
  const der = certificate.x509.raw;
  const fingerprint = createHash('sha256').update(der).digest('hex');
  const weakness = findWeakness(certificate.key);
  if (weakness !== undefined) return { unusable: `the key in certificate ${fingerprint} is ignored: ${weakness}` };
  return { key: certificate.key, fingerprint, certificate: der.toString('base64') };
}

function parseCertificate(base64: string): { x509: X509Certificate; key: KeyObject } | undefined {
  // The first byte of a DER certificate is a SEQUENCE: anything else would make node:crypto look for PEM.
  if (!/^M[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    const x509 = new X509Certificate(Buffer.from(base64, 'base64'));
    return { x509, key: x509.publicKey };
  } catch {
    return undefined;
  }
}

function findWeakness(key: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if (modulusLength < rsaBits.least || modulusLength > rsaBits.most) return `RSA with ${modulusLength} bits`;
      // With the exponent 1 anybody could "sign".
      return publicExponent < 3n ? 'RSA with a trivial exponent' : undefined;
    case 'ec':
      return curves.includes(namedCurve) ? undefined : `the curve ${namedCurve ?? 'of its own'}`;
    default:
      return `keys of type ${key.asymmetricKeyType ?? 'unknown'} are not used`;
  }
}
