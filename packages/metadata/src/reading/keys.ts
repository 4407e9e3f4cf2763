import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import { readText } from './elementText.ts';
import { readEncryptionMethods } from './encryptionMethods.ts';
import type { EncryptionKey, MetadataKey, RoleKeys } from './entityDescription.ts';
import { keepFirst } from './keepFirst.ts';
import type { Warn } from './warnings.ts';

/** A key, or why there is none that can be used. */
type FoundKey = MetadataKey | { readonly unusable: string };

/** NIST SP 800-131A: shorter RSA keys are no longer acceptable. Longer than the other bound only cost time to verify with. */
const rsaBits = { least: 2048, most: 16_384 };
const curves: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];
/** Each certificate costs some 0.1 ms to take apart; no role has more than a few. */
const mostDescriptors = 50;
const mostCertificates = 10;

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
  const readOnce = readEachOnce();
  for (const descriptor of keepFirst(listChildren(role, ns.md, 'KeyDescriptor'), mostDescriptors, warn)) {
    const use = attributeOf(descriptor, 'use')?.trim();
    const encryptionMethods = readEncryptionMethods(descriptor, warn);
    const methods = encryptionMethods.map(({ algorithm }) => algorithm);
    for (const found of readDescriptorKeys(descriptor, readOnce, warn)) {
      if (use !== 'encryption' && isKey(found) && !signing.has(found.fingerprint))
        signing.set(found.fingerprint, found);
      if (use === 'signing') continue;
      const recipient = asRecipient(found, warn);
      if (!isKey(recipient)) unusable.add(recipient.unusable);
      else if (!encryption.has(recipient.fingerprint))
        encryption.set(recipient.fingerprint, { ...recipient, methods, encryptionMethods });
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

/** Only the first certificate of each ds:X509Data: what may follow is its chain, whose keys are not the entity's. */
function readDescriptorKeys(descriptor: XmlElement, read: ReadCertificate, warn: Warn): readonly FoundKey[] {
  const keyInfo = findChild(descriptor, ns.ds, 'KeyInfo');
  const certificates = (keyInfo === undefined ? [] : listChildren(keyInfo, ns.ds, 'X509Data'))
    .map((data) => findChild(data, ns.ds, 'X509Certificate'))
    .filter((el) => el !== undefined);
  const found = keepFirst(certificates, mostCertificates, warn).map((el) => read(readBase64(el, warn)));
  if (found.length === 0) found.push({ unusable: 'a KeyDescriptor holds no certificate and is ignored' });
  for (const one of found) if (!isKey(one)) warn(one.unusable);
  return found;
}

const readBase64 = (el: XmlElement, warn: Warn): string => (readText(el, 100_000, warn) ?? '').replaceAll(' ', '');

type ReadCertificate = (base64: string) => FoundKey;

/** Most entities give one certificate to several KeyDescriptors, and taking it apart is most of the cost of reading them. */
function readEachOnce(): ReadCertificate {
  const known = new Map<string, FoundKey>();
  return (base64) => {
    const found = known.get(base64) ?? readCertificate(base64);
    known.set(base64, found);
    return found;
  };
}

function readCertificate(base64: string): FoundKey {
  try {
    // The first byte of a DER certificate is a SEQUENCE: anything else would make node:crypto look for PEM.
    if (/^M[A-Za-z0-9+/]+={0,2}$/.test(base64)) return takeKeyOut(new X509Certificate(Buffer.from(base64, 'base64')));
  } catch {
    // Whatever node:crypto has against it: the operator learns which entity it is.
  }
  return { unusable: 'a certificate cannot be read and is ignored' };
}

function takeKeyOut({ raw, publicKey }: X509Certificate): FoundKey {
  const fingerprint = createHash('sha256').update(raw).digest('hex');
  const weakness = findWeakness(publicKey);
  if (weakness !== undefined) return { unusable: `the key in certificate ${fingerprint} is ignored: ${weakness}` };
  return { key: publicKey, fingerprint, certificate: raw.toString('base64') };
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
