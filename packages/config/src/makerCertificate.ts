import { X509Certificate } from 'node:crypto';
import { z } from './schema.ts';

/** The root certificate of a maker of security keys: PEM text, in the document itself, since every node reads that. */
export const makerCertificate = z.string().transform((pem, context) => {
  const mistake = findMistake(pem);
  if (mistake === undefined) return pem;
  context.addIssue(mistake);
  return z.NEVER;
});

function findMistake(pem: string): string | undefined {
  if (pem.split('-----BEGIN').length !== 2) return 'must be one certificate in PEM, from -----BEGIN CERTIFICATE-----';
  try {
    return new X509Certificate(pem).ca ? undefined : 'is no certificate of an authority (CA:TRUE)';
  } catch {
    return 'is unreadable as a certificate';
  }
}
