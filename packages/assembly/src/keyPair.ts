import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readRegularFile } from '@gakumon/files';
import { GakumonError, isGakumonError } from '@gakumon/terms';

/** A private key and the certificate that carries its public half. */
export type KeyPair = {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
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
export async function readKeyPair(directory: string, name: 'signing' | 'encryption'): Promise<KeyPair> {
  const keyFile = join(directory, `${name}.key`);
  const certificateFile = join(directory, `${name}.crt`);
  const read = (file: string): Promise<Buffer> => readKeyFile(file, ifMissing[name]);
  const keyPem = await read(keyFile);
  const certificatePem = await read(certificateFile);
  const privateKey = parse(keyFile, () => createPrivateKey(keyPem), 'is not a PEM private key without a passphrase');
  const certificate = parse(certificateFile, () => new X509Certificate(certificatePem), 'is not a PEM certificate');
  requireStrength(keyFile, privateKey);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new GakumonError('key-invalid', { detail: `${certificateFile} is not the certificate of ${keyFile}` });
  }
  return { privateKey, certificate, keyFile, certificateFile };
}

function requireStrength(file: string, key: KeyObject): void {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  const isRsa = key.asymmetricKeyType === 'rsa' && modulusLength >= fewestRsaBits;
  const isEc = key.asymmetricKeyType === 'ec' && curves.has(namedCurve);
  if (!isRsa && !isEc) {
    throw new GakumonError('key-invalid', {
      detail: `${file} must be RSA of ${fewestRsaBits} bits or more, or P-256, P-384 or P-521`,
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
