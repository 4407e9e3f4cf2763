import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTrouble } from '@gakumon/terms';
import type { MetadataSource } from '../../sources/source.ts';
import type { SourceProblem } from '../copies/slotState.ts';
import { originOfFile } from '../documentOrigin.ts';
import type { DocumentKeeper } from '../keepDocument.ts';
import { keeperOf, type ReadingRoom } from './readDocument.ts';
import type { SourceReader } from './sourceReader.ts';

/** The reader of a directory: each of its *.xml files is a document, and a file that goes takes what it said along. */
export function readDirectory(source: MetadataSource, path: string, shared: ReadingRoom): SourceReader {
  let keepers: ReadonlyMap<string, DocumentKeeper> = new Map();
  let problem: SourceProblem | undefined;

  async function list(): Promise<void> {
    const paths = await listPaths(path).catch((error: unknown) => {
      problem = { message: `${path} ${fileTrouble(error)}` };
      return undefined;
    });
    if (paths === undefined) return;
    problem = undefined;
    const next = new Map<string, DocumentKeeper>();
    for (const file of paths) {
      const known = keepers.get(file) ?? keeperOf(source, originOfFile(file), shared);
      if (!keepers.has(file)) await known.open();
      next.set(file, known);
    }
    for (const [file, keeper] of keepers) if (!next.has(file)) keeper.close();
    keepers = next;
  }

  const all = (): readonly DocumentKeeper[] => [...keepers.values()];
  return {
    open: list,
    look: async (optionsOf) => {
      await list();
      for (const keeper of all()) await keeper.look(optionsOf(source.name));
    },
    settled: async () => {
      for (const keeper of all()) await keeper.settled();
    },
    suspect: (copy) => {
      for (const keeper of all()) if (keeper.standing().copy === copy) keeper.suspect(copy);
    },
    parts: () => [
      { source, documents: all().map((keeper) => keeper.standing()), mdq: undefined, problem, loadedAt: undefined },
    ],
    close: async () => {
      for (const keeper of all()) keeper.close();
    },
  };
}

async function listPaths(path: string): Promise<readonly string[]> {
  const names = await readdir(path);
  return names
    .filter((name) => /^[^.].*\.xml$/i.test(name))
    .sort()
    .map((name) => join(path, name));
}
