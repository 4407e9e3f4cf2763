import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { SealedRecord, SealedRecords } from '@gakumon/stores';
import { isGakumonError } from '@gakumon/terms';
import { type DocumentVersion, decodeVersion, encodeVersion } from './documentVersion.ts';

/** What stands in the records about one document. `revision` is what a change of it must name. */
export type FoundDocument =
  | { readonly kind: 'nothing'; readonly revision: undefined }
  /** Nobody who has our sealing keys made it, or one of the keys is missing here, or a newer release wrote it. */
  | { readonly kind: 'unopenable'; readonly revision: string; readonly reason: string }
  | { readonly kind: 'version'; readonly revision: string; readonly version: DocumentVersion };

/** Published documents, sealed in the records: only a holder of the sealing keys writes what is believed. */
export type DocumentRecords = {
  find(name: string): Promise<FoundDocument>;
  /** The same, without opening what has the revision that is known already. */
  findChanged(name: string, known: string | undefined): Promise<FoundDocument | 'unchanged'>;
  /** @returns false when somebody wrote it since `seen` was read */
  replace(name: string, version: DocumentVersion, seen: string | undefined): Promise<boolean>;
  /** Grows with each change of any document. */
  generation(): Promise<number>;
};

const kind = 'document';

export function documentRecords(sealed: SealedRecords, keys: SealingKeys): DocumentRecords {
  const open = (name: string, record: SealedRecord | undefined): FoundDocument => {
    if (record === undefined) return { kind: 'nothing', revision: undefined };
    const { revision } = record;
    try {
      const version = decodeVersion(openAtRest(keys, { kind, name, sealed: record.sealed }));
      return { kind: 'version', revision, version };
    } catch (error) {
      const reason = isGakumonError(error) ? error.message : String(error);
      return { kind: 'unopenable', revision, reason };
    }
  };
  return {
    find: async (name) => open(name, await sealed.find(kind, name)),
    async findChanged(name, known) {
      const record = await sealed.find(kind, name);
      return record !== undefined && record.revision === known ? 'unchanged' : open(name, record);
    },
    replace: (name, version, seen) => sealed.replace(sealAtRest(keys, kind, name, encodeVersion(version)), seen),
    generation: () => sealed.generation(kind),
  };
}
