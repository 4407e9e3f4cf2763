/** Of more than that nobody finds his own. */
const most = 3;

/**
 * The entityIDs that somebody may have meant: on the same host, or with the most parts in common.
 * @param known in any order, thousands of them
 */
export function listNearest(known: readonly string[], entityId: string): readonly string[] {
  const wanted = partsOf(entityId);
  return known
    .map((one) => ({ one, common: countCommon(partsOf(one), wanted) }))
    .filter(({ common }) => common >= Math.max(2, wanted.size / 2))
    .sort((one, other) => other.common - one.common)
    .slice(0, most)
    .map(({ one }) => one);
}

/** What every entityID has in common tells nothing. */
const partsOf = (entityId: string): ReadonlySet<string> =>
  new Set(
    entityId
      .toLowerCase()
      .split(/[^\p{L}\p{N}-]+/u)
      .filter((part) => !/^(|https?|urn|www)$/.test(part)),
  );

const countCommon = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
  [...other].filter((part) => one.has(part)).length;
