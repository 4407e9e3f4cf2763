import { type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { SealedRecord, SealedRecords } from '@gakumon/stores';
import { GakumonError } from '@gakumon/terms';

/** Against so many others who write the same name one may lose in a row. */
const mostTries = 20;

/** What is written, and under which kind and name. */
export type Plain = { readonly kind: string; readonly name: string; readonly octets: Uint8Array };

/**
 * Seals something under a name, in the place of what is there.
 * @returns what was replaced
 * @throws GakumonError `store-unavailable`
 */
export async function replaceSealed(
  sealed: SealedRecords,
  keys: SealingKeys,
  { kind, name, octets }: Plain,
): Promise<SealedRecord | undefined> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const seen = await sealed.find(kind, name);
    if (await sealed.replace(sealAtRest(keys, kind, name, octets), seen?.revision)) return seen;
  }
  throw new GakumonError('store-unavailable', { detail: `others write the ${kind} "${name}" again and again` });
}
