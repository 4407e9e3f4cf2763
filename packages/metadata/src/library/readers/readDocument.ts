import type { MetadataSource } from '../../sources/source.ts';
import type { Cache } from '../copies/openCache.ts';
import type { DocumentOrigin } from '../documentOrigin.ts';
import { type DocumentKeeper, keepDocument } from '../keepDocument.ts';
import type { IntakeRoom } from '../takeIn.ts';
import type { SourceReader } from './sourceReader.ts';

/** What all readers share. */
export type ReadingRoom = { readonly cache: Cache; readonly room: IntakeRoom };

/** The reader of a source that is one document: a file or a url. */
export function readOneDocument(
  source: MetadataSource,
  origin: DocumentOrigin,
  shared: ReadingRoom,
  loadedAt: number | undefined,
): SourceReader {
  const keeper = keeperOf(source, origin, shared);
  return {
    open: keeper.open,
    look: (optionsOf) => keeper.look(optionsOf(source.name)),
    settled: keeper.settled,
    suspect: keeper.suspect,
    parts: () => [{ source, documents: [keeper.standing()], mdq: undefined, problem: undefined, loadedAt }],
    close: async () => keeper.close(),
  };
}

/** Each place of each source has its own slot, so that nothing of one is ever taken for the other's. */
export function keeperOf(source: MetadataSource, origin: DocumentOrigin, { cache, room }: ReadingRoom): DocumentKeeper {
  const key = JSON.stringify([source.name, source.origin.kind, origin.label]);
  return keepDocument({ source, origin, room, slot: cache.slot(key, source.name) });
}
