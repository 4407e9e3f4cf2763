import type { X509Certificate } from 'node:crypto';

/** The SHA-256 of a certificate as DER, in lower-case hex: how keys are called everywhere. */
export function fingerprintOf({ fingerprint256 }: Pick<X509Certificate, 'fingerprint256'>): string {
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

/** A fingerprint as federations print it, for people: `AA:BB:…`. */
export function tellFingerprint(hex: string): string {
  return hex.toUpperCase().match(/../g)?.join(':') ?? hex;
}
