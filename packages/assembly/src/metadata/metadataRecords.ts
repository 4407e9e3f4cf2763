import type { SealingKeys } from '@gakumon/idp';
import type { MetadataOrders, SourceRecords } from '@gakumon/metadata';
import type { SealedRecords } from '@gakumon/stores';
import { manifestKind } from './manifests.ts';
import { orderKind, sealedOrders } from './sealedOrders.ts';
import { sealedSources } from './sealedSources.ts';
import { createPieceSweep } from './sweepPieces.ts';

/** What the records hold of metadata. */
export type OpenMetadataRecords = {
  readonly sources: SourceRecords;
  readonly orders: MetadataOrders;
  /**
   * Takes away what loads left behind that were replaced or never finished; call it every few minutes.
   * @returns how many pieces went
   */
  sweep(): Promise<number>;
};

/** Everything of metadata in the records, sealed: only a holder of the sealing keys writes what is believed. */
export function openMetadataRecords(sealed: SealedRecords, keys: SealingKeys): OpenMetadataRecords {
  const generations = inOneQuestion(() => sealed.generations([manifestKind, orderKind]));
  // With another key something may open that did not.
  const generationOf = (place: number) => async (): Promise<string> =>
    [(await generations())[place], ...keys.all.map(({ id }) => id)].join(' ');
  return {
    sources: sealedSources(sealed, keys, generationOf(0)),
    orders: sealedOrders(sealed, keys, generationOf(1)),
    sweep: createPieceSweep(sealed, keys),
  };
}

/** Lets all who ask within one turn share an answer; it is looked for after the last of them has asked. */
function inOneQuestion<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= Promise.resolve().then(() => {
      asked = undefined;
      return ask();
    });
    return asked;
  };
}
