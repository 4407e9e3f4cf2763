import { hostname } from 'node:os';
import type { SealingKeys } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import { type Clock, isGakumonError, minutes } from '@gakumon/terms';
import type { Report } from '../notice.ts';
import { createTroubleReport } from '../troubleReport.ts';
import { documentRecords } from './documentRecords.ts';
import type { Sharing } from './documentState.ts';
import type { SharedDocument } from './sharedDocument.ts';

/** Where documents are shared, and by whom. */
export type ShareOptions = {
  readonly sealed: SealedRecords;
  readonly keys: SealingKeys;
  readonly clock: Clock;
  readonly report: Report;
  /** The records belong to one machine. */
  readonly isOneMachine: boolean;
};

/** However quiet the records are, they are looked at: a copy of an earlier day may have the same generation. */
const longestQuiet = minutes(1);

/**
 * Shares documents with other nodes.
 * @returns compares them with what is published, when there is anything new here or there; call it every second. It
 * never rejects: while the records are away, what the files say is in force here
 */
export function shareDocuments(
  documents: readonly SharedDocument<unknown>[],
  { sealed, keys, clock, report, isOneMachine }: ShareOptions,
): () => Promise<void> {
  const node = { host: hostname(), pid: process.pid };
  const sharing: Sharing = { records: documentRecords(sealed, keys), clock, node, isOneMachine };
  const trouble = createTroubleReport(report, {
    begins: 'documents are not compared with the other nodes; what the files of this one say is in force here',
    ends: 'documents are compared with the other nodes again',
  });
  let seen = '';
  return async () => {
    try {
      // Read before the documents: what is published in between is seen at the next look.
      const generation = await sharing.records.generation();
      const news = `${generation} ${keys.all.map(({ id }) => id)} ${Math.floor(clock() / longestQuiet)}`;
      if (news === seen && !documents.some((document) => document.isWaiting())) return;
      for (const document of documents) await document.compare(sharing);
      seen = news;
      trouble.end();
    } catch (error) {
      if (!isGakumonError(error)) throw error;
      trouble.begin(error);
    }
  };
}
