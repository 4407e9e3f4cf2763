import { stat } from 'node:fs/promises';
import { fileTrouble, GakumonError } from '@gakumon/terms';
import type { Signer } from '../sources/source.ts';
import { type PinnedKey, readPinnedKeys } from '../trust/pinnedKeys.ts';
import { readCertificateFile } from './readFiles.ts';

/**
 * Takes the pinned keys of a source out of their files and texts.
 * @throws GakumonError `file-unreadable`, `key-invalid`
 */
export async function readSigners(signers: readonly Signer[]): Promise<readonly PinnedKey[]> {
  return readPinnedKeys(await readSignerTexts(signers));
}

/**
 * The PEM texts themselves.
 * @throws GakumonError `file-unreadable`
 */
export function readSignerTexts(signers: readonly Signer[]): Promise<readonly string[]> {
  return Promise.all(signers.map((signer) => ('pem' in signer ? signer.pem : readCertificateFile(signer.file))));
}

/**
 * Differs when a file was written, replaced or restored under its name.
 * @throws GakumonError `file-unreadable`
 */
export async function stampOfFile(path: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs}:${ctimeNs}:${size}:${ino}`;
  } catch (cause) {
    throw new GakumonError('file-unreadable', { detail: `${path} ${fileTrouble(cause)}`, cause });
  }
}

/**
 * Of the files of all signers at once.
 * @throws GakumonError `file-unreadable`
 */
export async function stampOfSigners(signers: readonly Signer[]): Promise<string> {
  return (await Promise.all(signers.map((signer) => ('file' in signer ? stampOfFile(signer.file) : '')))).join(' ');
}
