import { openAtRest, type SealingKeys } from '@gakumon/idp';
import type { SealedRecord } from '@gakumon/stores';
import { GakumonError, isGakumonError, reasonOf } from '@gakumon/terms';
import { decodeManifest, type FormerManifest, type Manifest } from './manifestFormat.ts';

export const manifestKind = 'metadata';

/**
 * Opens what stands under the name of a source.
 * @throws GakumonError `secret-unopenable`, with what to do about this kind of secret
 */
export function openManifest(keys: SealingKeys, record: SealedRecord): Manifest | FormerManifest {
  try {
    return decodeManifest(record.name, openAtRest(keys, record));
  } catch (cause) {
    throw withAdvice(record.name, cause);
  }
}

/** The id of the load whose pieces belong to a manifest; undefined when it has none, or does not open here. */
export function loadOf(keys: SealingKeys, record: SealedRecord | undefined): string | undefined {
  try {
    const content = record && openManifest(keys, record).content;
    return content?.kind === 'pieces' ? content.load : undefined;
  } catch {
    return undefined;
  }
}

/** @returns what to throw in place of an error: `secret-unopenable`, unless it was another one of ours */
export function withAdvice(name: string, cause: unknown): unknown {
  if (isGakumonError(cause) && cause.code !== 'secret-unopenable') return cause;
  const what = isGakumonError(cause) ? cause.detail : `the metadata "${name}" in the records: ${reasonOf(cause)}`;
  const advice = 'load it again (gakumon metadata load), or remove it (gakumon metadata remove)';
  return new GakumonError('secret-unopenable', { detail: `${what}; ${advice}`, cause });
}
