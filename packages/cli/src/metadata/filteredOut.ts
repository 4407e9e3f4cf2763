import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type MetadataSource, noFilter, type SourceState } from '@gakumon/metadata';
import type { CliContext } from '../context.ts';
import { takeInOnce } from './takeInOnce.ts';

/**
 * Finds the sources whose document tells of an entity that their filter leaves out. What is stored has only what the
 * filter lets pass, so the document is gone through once more.
 */
export async function listFilteredOut(
  context: CliContext,
  states: readonly SourceState[],
  entityId: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, source, documents } of states) {
    if (!hasFilter(source)) continue;
    for (const { label, current } of documents) {
      const path = await findDocument([current && join(current.directory, 'document'), label]);
      const isThere = path !== undefined && (await isIn(context, source, path, entityId));
      if (isThere && !found.includes(name)) found.push(name);
    }
  }
  return found;
}

const hasFilter = ({ filter }: MetadataSource): boolean => Object.values(filter).some((list) => list.length > 0);

/** Of a url it is kept beside the copy; of a file it is where it was. */
async function findDocument(places: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const place of places) {
    const found = place !== undefined && (await stat(place).catch(() => undefined));
    if (found !== false && found?.isFile()) return place;
  }
  return undefined;
}

async function isIn(context: CliContext, source: MetadataSource, path: string, entityId: string): Promise<boolean> {
  const unfiltered = { ...source, filter: noFilter, origin: { kind: 'file', path } } as const;
  const look = takeInOnce(context, unfiltered, context.clock(), async ({ copy }) =>
    copy.index.entities.some((one) => one.entityId === entityId),
  );
  // What is wrong with the document is told as the source's problem.
  return look.catch(() => false);
}
