import { hash } from 'node:crypto';
import { openAtRest, type SealingKeys, sealAtRest, type Unopenable, whyUnopenable } from '@gakumon/idp';
import type { SealedRecord, SealedRecords } from '@gakumon/stores';
import { isGakumonError } from '@gakumon/terms';
import { type DocumentVersion, decodeVersion, encodeVersion } from './documentVersion.ts';

/** Why what is published cannot be read here. */
export type Fault = Unopenable['fault'] | 'release-newer';

/** A row about a document: `revision` is what a change of it must name, `mark` differs whenever anything in it does. */
type Row = { readonly revision: string; readonly mark: string };

/** What stands in the records about one document. */
export type FoundDocument =
  | { readonly kind: 'nothing'; readonly revision: undefined }
  /** `reason` and `hint` are for the operator. */
  | (Row & {
      readonly kind: 'unopenable';
      readonly fault: Fault;
      readonly reason: string;
      readonly hint: string;
    })
  | (Row & { readonly kind: 'version'; readonly version: DocumentVersion });

export type UnopenableDocument = Extract<FoundDocument, { kind: 'unopenable' }>;

/** Published documents, sealed in the records: only a holder of the sealing keys writes what is believed. */
export type DocumentRecords = {
  find(name: string): Promise<FoundDocument>;
  /** The same, without opening what has the mark that is known already. */
  findChanged(name: string, known: string | undefined): Promise<FoundDocument | 'unchanged'>;
  /** @returns false when somebody wrote it since `seen` was read */
  replace(name: string, version: DocumentVersion, seen: string | undefined): Promise<boolean>;
  /** Grows with each change of any document. */
  generation(): Promise<number>;
};

const kind = 'document';

export function documentRecords(sealed: SealedRecords, keys: SealingKeys): DocumentRecords {
  return {
    find: async (name) => openRow(keys, await sealed.find(kind, name)),
    async findChanged(name, known) {
      const record = await sealed.find(kind, name);
      // What was opened before is read by nobody who starts now, once its key is gone.
      const isSame = record !== undefined && markOf(record) === known && keys.all.some(({ id }) => id === record.keyId);
      return isSame ? 'unchanged' : openRow(keys, record);
    },
    replace: (name, version, seen) => sealed.replace(sealAtRest(keys, kind, name, encodeVersion(version)), seen),
    generation: () => sealed.generation(kind),
  };
}

/** Whoever damages a row with SQL leaves its revision as it was. */
const markOf = ({ revision, keyId, sealed }: SealedRecord): string => `${revision} ${keyId} ${hash('sha256', sealed)}`;

function openRow(keys: SealingKeys, record: SealedRecord | undefined): FoundDocument {
  if (record === undefined) return { kind: 'nothing', revision: undefined };
  const row = { revision: record.revision, mark: markOf(record) };
  let octets: Buffer;
  try {
    octets = openAtRest(keys, record);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    const { fault, keyId } = whyUnopenable(keys, record);
    return { ...row, kind: 'unopenable', fault, ...explanations[fault](keyId) };
  }
  try {
    return { ...row, kind: 'version', version: decodeVersion(octets) };
  } catch {
    // It came out of a seal: somebody who has our keys meant it so.
    return { ...row, kind: 'unopenable', fault: 'release-newer', ...explanations['release-newer'](record.keyId) };
  }
}

type Explanation = { readonly reason: string; readonly hint: string };

const byItself =
  'running servers put what is in force in its place within two minutes; or gakumon documents publish FILE';

const explanations: Readonly<Record<Fault, (keyId: string) => Explanation>> = {
  damaged: () => ({
    reason: 'it was damaged, or put into the records by somebody who has no sealing key of ours',
    hint: `${byItself}; find out who can write into the records`,
  }),
  'key-retired': (keyId) => ({ reason: `it is sealed under the key ${keyId}, which is retired`, hint: byItself }),
  'key-unknown': (keyId) => ({
    reason: `it is sealed under the key ${keyId}, which is not in the file of the sealing keys here`,
    hint: 'copy the file of the sealing keys from the node that has it; if none has: gakumon documents publish FILE, or change the file',
  }),
  'release-newer': () => ({
    reason: 'a newer release published it',
    hint: 'bring this node to that release',
  }),
};
