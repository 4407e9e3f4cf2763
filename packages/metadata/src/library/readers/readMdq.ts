import { minutes, reasonOf } from '@gakumon/terms';
import { createMdqSource, type MdqSource } from '../../sources/mdq.ts';
import type { MetadataSource } from '../../sources/source.ts';
import type { SourceProblem } from '../copies/slotState.ts';
import { readSignerTexts, stampOfSigners } from '../readSigners.ts';
import type { ReadingRoom } from './readDocument.ts';
import type { SourceReader } from './sourceReader.ts';

/** How often the records are asked whom people use. */
const usesKeptFor = minutes(5);

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
  let used: ReadonlySet<string> = new Set();
  let usesAskedAt: number | undefined;
  let learning = Promise.resolve();

  /** In nobody's way. */
  function learnUses(): void {
    const now = room.now();
    if (usesAskedAt !== undefined && Math.abs(now - usesAskedAt) < usesKeptFor) return;
    usesAskedAt = now;
    learning = room.listUsed().then((told) => {
      used = told;
    });
  }

  function make(): MdqSource | undefined {
    try {
      return createMdqSource(source, {
        cacheDir: cache.folder(JSON.stringify([source.name, source.origin]), source.name),
        clock: room.now,
        random: Math.random,
        readSignerPems: () => readSignerTexts(source.signers),
        proxy: room.proxy,
        isUsed: (entityId) => used.has(entityId),
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
      learnUses();
      stamp = await look();
      mdq = make();
      await mdq?.open();
    },
    look: async () => {
      learnUses();
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
      await learning;
      await former?.close();
      await mdq?.close();
    },
  };
}
