import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { MetadataRecords } from '@gakumon/metadata';
import type { SealedRecords } from '@gakumon/stores';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import { decodeMetadata, encodeMetadata } from './metadataFormat.ts';

const kind = 'metadata';

/** Against so many others who load the same name one may lose in a row. */
const mostTries = 20;

/** Hand-loaded metadata, sealed in the records: only a holder of the sealing keys writes what is believed. */
export function sealedMetadata(sealed: SealedRecords, keys: SealingKeys): MetadataRecords {
  const revisionOf = async (wanted: string): Promise<string | undefined> =>
    (await sealed.listRevisions(kind)).find(({ name }) => name === wanted)?.revision;
  return {
    list: () => sealed.listRevisions(kind),
    async find(name) {
      const record = await sealed.find(kind, name);
      if (record === undefined) return undefined;
      return { name, ...(await decodeMetadata(open(keys, name, record.sealed))) };
    },
    async save({ name, ...metadata }) {
      const plain = await encodeMetadata(metadata);
      for (let tries = 0; tries < mostTries; tries += 1) {
        if (await sealed.replace(sealAtRest(keys, kind, name, plain), await revisionOf(name))) return;
      }
      throw new GakumonError('store-unavailable', { detail: `others load "${name}" again and again` });
    },
    remove: (name) => sealed.remove(kind, name),
    // With another key something may open that did not.
    generation: async () => [await sealed.generation(kind), ...keys.all.map(({ id }) => id)].join(' '),
  };
}

/** @throws GakumonError `secret-unopenable`, with what to do about this kind of secret */
function open(keys: SealingKeys, name: string, sealed: Uint8Array): Buffer {
  try {
    return openAtRest(keys, { kind, name, sealed });
  } catch (cause) {
    if (!isGakumonError(cause)) throw cause;
    const advice = 'load it again (gakumon metadata load), or remove it (gakumon metadata remove)';
    throw new GakumonError(cause.code, { detail: `${cause.detail}; ${advice}`, cause });
  }
}
