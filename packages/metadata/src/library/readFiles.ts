import { readRegularFile } from '@gakumon/files';

/** More than any chain of certificates. */
const longestCertificateFile = 1_048_576;

/**
 * Reads a PEM file.
 * @throws GakumonError `file-unreadable`, also for a pipe, a device, and what is too large
 */
export async function readCertificateFile(file: string): Promise<string> {
  return (await readRegularFile(file, longestCertificateFile)).toString('utf8');
}
