import { createMdqSource, type MdqSource } from '../../sources/mdq.ts';
import type { MetadataSource } from '../../sources/source.ts';
import type { SourceProblem } from '../copies/slotState.ts';
import { readSignerTexts } from '../readSigners.ts';
import type { ReadingRoom } from './readDocument.ts';
import type { SourceReader } from './sourceReader.ts';

/** The reader of a source that is asked for an entity at a time: nothing is read before somebody asks. */
export function readMdq(
  source: MetadataSource,
  { cache, room }: ReadingRoom,
  loadedAt: number | undefined,
): SourceReader {
  let mdq: MdqSource | undefined;
  let problem: SourceProblem | undefined;
  try {
    mdq = createMdqSource(source, {
      cacheDir: cache.folder(JSON.stringify([source.name, source.origin]), source.name),
      clock: room.now,
      random: Math.random,
      readSignerPems: () => readSignerTexts(source.signers),
      proxy: room.proxy,
    });
  } catch (error) {
    problem = { message: `${source.name}: ${error instanceof Error ? error.message : String(error)}` };
  }
  return {
    open: async () => mdq?.open(),
    look: async () => {},
    settled: async () => {},
    suspect: () => {},
    parts: () => [{ source, documents: [], mdq, problem, loadedAt }],
    close: async () => mdq?.close(),
  };
}
