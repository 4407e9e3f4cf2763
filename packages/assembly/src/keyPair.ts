import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readRegularFile } from '@gakumon/files';
import { GakumonError, isGakumonError } from '@gakumon/terms';

/** What a key of this IdP is for, in the words of md:KeyDescriptor/@use. */
export type KeyUse = 'signing' | 'encryption';

/** A private key and the certificate that carries its public half. */
export type KeyPair = {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
  readonly keyFile: string;
  readonly certificateFile: string;
};

/** A pair as it was read, and where from. */
export type PemPair = {
  readonly keyPem: Buffer;
  readonly certificatePem: Buffer;
  readonly keyFile: string;
  readonly certificateFile: string;
};

/** Whoever is told to make a new one here does harm: the old one is known to the federation and every SP. */
const ifMissing = {
  signing: "restore it from the backup; the federation's metadata names this key, and SPs believe no other",
  encryption: "restore it from the backup; the federation's metadata names this key, and SPs encrypt to it",
} as const;
/** A chain of certificates in PEM with its comments is far shorter, octets. */
const longestKeyFile = 1_048_576;
const fewestRsaBits = 2048;
const curves: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/**
 * Reads `<name>.key` and `<name>.crt` (PEM) from the directory of keys.
 * @throws GakumonError `key-missing` or `key-invalid` with the path; `file-unreadable`
 */
export function readKeyPair(directory: string, name: KeyUse): Promise<KeyPair> {
  return readKeyPairFiles(join(directory, `${name}.key`), join(directory, `${name}.crt`), name);
}

/**
 * Reads a private key and its certificate (PEM; of a chain the first one).
 * @throws GakumonError `key-missing` or `key-invalid` with the path; `file-unreadable`
 */
export async function readKeyPairFiles(keyFile: string, certificateFile: string, use: KeyUse): Promise<KeyPair> {
  const read = (file: string): Promise<Buffer> => readKeyFile(file, ifMissing[use]);
  const keyPem = await read(keyFile);
  const certificatePem = await read(certificateFile);
  return makeKeyPair(use, { keyPem, certificatePem, keyFile, certificateFile });
}

/**
 * Makes a pair of a private key and a certificate (PEM; of a chain the first one).
 * @throws GakumonError `key-invalid`, with the path of the file that is wrong
 */
export function makeKeyPair(use: KeyUse, from: PemPair): KeyPair {
  const { keyFile, certificateFile } = from;
  const privateKey = parse(
    keyFile,
    () => createPrivateKey(from.keyPem),
    'is not a PEM private key without a passphrase',
  );
  const certificate = parseCertificate(certificateFile, from.certificatePem);
  requireStrength(keyFile, privateKey, use);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new GakumonError('key-invalid', { detail: `${certificateFile} is not the certificate of ${keyFile}` });
  }
  return { privateKey, certificate, keyFile, certificateFile };
}

/** @throws GakumonError `key-invalid` */
export function parseCertificate(file: string, pem: Buffer): X509Certificate {
  return parse(file, () => new X509Certificate(pem), 'is not a PEM certificate');
}

/** Services encrypt by RSA-OAEP, the one key transport that our metadata offers: no curve can take that. */
function requireStrength(file: string, key: KeyObject, use: KeyUse): void {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  const isRsa = key.asymmetricKeyType === 'rsa' && modulusLength >= fewestRsaBits;
  const isEc = use === 'signing' && key.asymmetricKeyType === 'ec' && curves.has(namedCurve);
  if (!isRsa && !isEc) {
    throw new GakumonError('key-invalid', {
      detail: `${file} must be RSA of ${fewestRsaBits} bits or more${use === 'signing' ? ', or P-256, P-384 or P-521' : ''}`,
    });
  }
}

/** The library's own words stay out of the message: they could repeat what is in the file. */
function parse<T>(file: string, read: () => T, problem: string): T {
  try {
    return read();
  } catch {
    throw new GakumonError('key-invalid', { detail: `${file} ${problem}` });
  }
}

async function readKeyFile(file: string, hint: string): Promise<Buffer> {
  try {
    return await readRegularFile(file, longestKeyFile);
  } catch (error) {
    if (!isGakumonError(error) || (error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error;
    throw new GakumonError('key-missing', { detail: error.detail ?? file, hint });
  }
}
