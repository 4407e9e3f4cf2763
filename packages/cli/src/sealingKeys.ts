import type { SealingKeyEntry } from '@gakumon/assembly';
import { type Config, type Environment, readSecret, secretPlace } from '@gakumon/config';
import { refuseUsage } from './failure.ts';

/** The sealing keys with their dates. */
export async function readSealingKeyEntries(
  { keys }: Pick<Config, 'keys'>,
  env: Environment,
): Promise<readonly SealingKeyEntry[]> {
  const { parseSealingKeys } = await import('@gakumon/assembly');
  return parseSealingKeys(await readSecret(keys.sealing, env), secretPlace(keys.sealing));
}

/** @throws GakumonError `usage-wrong` when the keys are in no file */
export function sealingKeyFile({ keys: { sealing } }: Pick<Config, 'keys'>): string {
  if ('file' in sealing) return sealing.file;
  return refuseUsage(`the sealing keys are in ${secretPlace(sealing)}; change them there, and start the servers anew`);
}

/** @throws GakumonError `file-held`, `file-unreadable`, `key-invalid`, and what `change` throws */
export async function changeSealingKeyFile(
  file: string,
  change: (entries: readonly SealingKeyEntry[]) => readonly SealingKeyEntry[],
): Promise<void> {
  const { changeFile, formatSealingKeys, parseSealingKeys } = await import('@gakumon/assembly');
  await changeFile(file, (text) => formatSealingKeys(change(parseSealingKeys(text, file))));
}
