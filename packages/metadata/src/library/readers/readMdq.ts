import { reasonOf } from '@gakumon/terms';
import { createMdqSource, type MdqSource } from '../../sources/mdq.ts';
import type { MetadataSource } from '../../sources/source.ts';
import type { SourceProblem } from '../copies/slotState.ts';
import { readSignerTexts, stampOfSigners } from '../readSigners.ts';
import type { ReadingRoom } from './readDocument.ts';
import type { SourceReader } from './sourceReader.ts';

/**
 * The reader of a source that is asked for an entity at a time: nothing is read before somebody asks. When the files of
 * its signers change, all that is cached is judged again.
 */
export function readMdq(
  source: MetadataSource,
  { cache, room }: ReadingRoom,
  loadedAt: number | undefined,
): SourceReader {
  let mdq: MdqSource | undefined;
  /** Out of force, but asked until what is in force is put together anew. */
  let former: MdqSource | undefined;
  let problem: SourceProblem | undefined;
  let stamp: string | undefined;

  function make(): MdqSource | undefined {
    try {
      return createMdqSource(source, {
        cacheDir: cache.folder(JSON.stringify([source.name, source.origin]), source.name),
        clock: room.now,
        random: Math.random,
        readSignerPems: () => readSignerTexts(source.signers),
        proxy: room.proxy,
      });
    } catch (error) {
      problem = { message: `${source.name}: ${reasonOf(error)}` };
      return undefined;
    }
  }

  /** @returns undefined while a file can't be read: then nobody new is believed, and nothing in memory goes */
  const look = (): Promise<string | undefined> => stampOfSigners(source.signers).catch(() => undefined);

  return {
    open: async () => {
      stamp = await look();
      mdq = make();
      await mdq?.open();
    },
    look: async () => {
      await former?.close();
      former = undefined;
      const seen = await look();
      if (seen === undefined || seen === stamp) return;
      stamp = seen;
      const next = make();
      await next?.open();
      [former, mdq] = [mdq, next];
    },
    settled: async () => mdq?.settled(),
    suspect: () => {},
    parts: () => [{ source, documents: [], mdq, problem, loadedAt }],
    close: async () => {
      await former?.close();
      await mdq?.close();
    },
  };
}
