import { constants, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { algorithms, GakumonError, quoteUntrusted } from '@gakumon/terms';

type Row = {
  readonly uri: string;
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly digestUri: string;
  readonly keyType: 'rsa' | 'ec';
  readonly pss?: true;
};

const sha256 = { hash: 'sha256', digestUri: algorithms.sha256 } as const;
const sha384 = { hash: 'sha384', digestUri: algorithms.sha384 } as const;
const sha512 = { hash: 'sha512', digestUri: algorithms.sha512 } as const;
const pssUri = (hash: string): string => `http://www.w3.org/2007/05/xmldsig-more#${hash}-rsa-MGF1`;

/** What signatures are made with and believed (RFC 9231). No SHA-1, and nothing keyed by a shared secret. */
export const signatureAlgorithms = {
  'rsa-sha256': { ...sha256, uri: algorithms.rsaSha256, keyType: 'rsa' },
  'rsa-sha384': { ...sha384, uri: algorithms.rsaSha384, keyType: 'rsa' },
  'rsa-sha512': { ...sha512, uri: algorithms.rsaSha512, keyType: 'rsa' },
  'ecdsa-sha256': { ...sha256, uri: algorithms.ecdsaSha256, keyType: 'ec' },
  'ecdsa-sha384': { ...sha384, uri: algorithms.ecdsaSha384, keyType: 'ec' },
  'ecdsa-sha512': { ...sha512, uri: algorithms.ecdsaSha512, keyType: 'ec' },
  'rsa-pss-sha256': { ...sha256, uri: pssUri('sha256'), keyType: 'rsa', pss: true },
  'rsa-pss-sha384': { ...sha384, uri: pssUri('sha384'), keyType: 'rsa', pss: true },
  'rsa-pss-sha512': { ...sha512, uri: pssUri('sha512'), keyType: 'rsa', pss: true },
} as const satisfies Record<string, Row>;

export type SignatureAlgorithm = keyof typeof signatureAlgorithms;

const rows: readonly Row[] = Object.values(signatureAlgorithms);
/** For whoever allows it by name: old federations' metadata. Nothing is ever signed so. */
const sha1Row: Row = { uri: algorithms.rsaSha1, hash: 'sha1', digestUri: algorithms.sha1, keyType: 'rsa' };
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];
const minimumRsaBits = 2048;

/** @throws GakumonError `signature-algorithm` for every other URI, SHA-1 unless it is allowed and HMAC among them */
export function requireSignatureAlgorithm(uri: string, allowSha1 = false): Row {
  const row = listRows(allowSha1).find((one) => one.uri === uri);
  if (row === undefined) throw refused('signature', uri);
  return row;
}

/**
 * @returns the hash as node:crypto calls it
 * @throws GakumonError `signature-algorithm` for every other URI
 */
export function requireDigestAlgorithm(uri: string, allowSha1 = false): Row['hash'] {
  const row = listRows(allowSha1).find((one) => one.digestUri === uri);
  if (row === undefined) throw refused('digest', uri);
  return row.hash;
}

function listRows(allowSha1: boolean): readonly Row[] {
  return allowSha1 ? [...rows, sha1Row] : rows;
}

/**
 * How node:crypto is told to use a key. XML Signature has ECDSA values as r and s side by side (RFC 4050, 3.3). PKCS #1
 * is what it does with a bare RSA key; a key with options costs it an Error with its stack each time, 15 µs.
 */
export function toCryptoKey(key: KeyObject, row: Row): KeyObject | SignKeyObjectInput {
  if (row.keyType === 'ec') return { key, dsaEncoding: 'ieee-p1363' };
  if (row.pss === undefined) return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

/**
 * The keys that can have made such a signature.
 * @throws GakumonError `signature-algorithm` when all that fit are too weak to be believed
 */
export function selectKeys(keys: readonly KeyObject[], row: Row): readonly KeyObject[] {
  const fitting = keys.filter((key) => key.type !== 'secret' && key.asymmetricKeyType === row.keyType);
  const strong = fitting.filter(isStrong);
  if (fitting.length > 0 && strong.length === 0) {
    const detail = fitting.map(describeWeak).join('; ');
    throw new GakumonError('signature-algorithm', { detail, data: { weakKeys: fitting.length } });
  }
  return strong;
}

function describeWeak({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails;
  return asymmetricKeyType === 'rsa'
    ? `the key is too weak: RSA with ${modulusLength} bits`
    : `the curve ${namedCurve ?? 'of its own'} of the key is not supported`;
}

function isStrong(key: KeyObject): boolean {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return (modulusLength ?? 0) >= minimumRsaBits;
  return curves.includes(namedCurve ?? '');
}

function refused(what: string, uri: string): GakumonError {
  return new GakumonError('signature-algorithm', { detail: `${what} algorithm ${quoteUntrusted(uri, 120)}` });
}
