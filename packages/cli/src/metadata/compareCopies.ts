import {
  compareEntities,
  countChanges,
  type EntityChange,
  type MetadataSource,
  openReadableCopy,
  type ReadableCopy,
  type ServiceProviderUse,
} from '@gakumon/metadata';

import { tellCounts } from './tellChange.ts';

type Named = Pick<MetadataSource, 'name' | 'mayAssert'>;

/**
 * What changed from one stored copy of a source to another.
 * @param before the directory of a copy; undefined: there was none
 * @param after a copy that is open, or the directory of one
 */
export async function* compareCopies(
  source: Named,
  before: string | undefined,
  after: string | ReadableCopy,
  uses: readonly ServiceProviderUse[],
): AsyncGenerator<EntityChange> {
  const open = (directory: string): ReadableCopy => openReadableCopy(directory, source);
  const old = before === undefined ? undefined : open(before);
  try {
    const fresh = typeof after === 'string' ? open(after) : after;
    try {
      yield* compareEntities(old, fresh, uses);
    } finally {
      if (fresh !== after) fresh.close();
    }
  } finally {
    old?.close();
  }
}

/** The same in short, without looking at anybody: `1 came, 2 changed`. */
export function countBetween(source: Named, before: string | undefined, after: string | ReadableCopy): string {
  const old = before === undefined ? undefined : openReadableCopy(before, source);
  const fresh = typeof after === 'string' ? openReadableCopy(after, source) : after;
  try {
    return tellCounts(countChanges(old?.index, fresh.index));
  } finally {
    if (fresh !== after) fresh.close();
    old?.close();
  }
}
