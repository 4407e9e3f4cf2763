import type { MetadataWarning } from '../reading/warnings.ts';
import type { Candidate } from './inForce.ts';
import type { OpenedCopy } from './openCopy.ts';

/** So many that are known twice are told by name; federations that overlap share thousands. */
const mostNamed = 10;

type Pair = { readonly source: string; readonly from: string; count: number };

/** Takes note of service providers that a more trusted source tells of as well. */
export function noteShadows() {
  const named: MetadataWarning[] = [];
  const pairs = new Map<string, Pair>();
  const copies = new Map<OpenedCopy, Map<string, number>>();
  return {
    /** @param first the word that counts, which may be of no service provider */
    add({ summary: { source, entityId } }: Candidate, first: Candidate): void {
      const from = first.summary.source;
      const key = JSON.stringify([source, from]);
      const pair = pairs.get(key) ?? { source, from, count: 0 };
      pairs.set(key, pair);
      pair.count += 1;
      const otherwise = first.entity.isServiceProvider ? '' : ', as no service provider that can be answered';
      const message = `is known from ${from}${otherwise}, which counts`;
      if (pair.count <= mostNamed) named.push({ source, entityId, message });
      if (source === from) return;
      const heirs = copies.get(first.copy) ?? new Map<string, number>();
      copies.set(first.copy, heirs.set(source, (heirs.get(source) ?? 0) + 1));
    },
    list: (): readonly MetadataWarning[] => [
      ...named,
      ...[...pairs.values()]
        .filter(({ count }) => count > mostNamed)
        .map(({ source, from, count }) => ({
          source,
          entityId: undefined,
          message: `${count - mostNamed} more are known from ${from}, which counts`,
        })),
    ],
    /** @param now milliseconds */
    endings: (now: number): readonly MetadataWarning[] =>
      [...copies].flatMap(([{ index }, heirs]) => {
        const { validUntil } = index.facts;
        if (validUntil === undefined || validUntil > now) return [];
        return [...heirs].map(([heir, count]) => ({
          source: heir,
          entityId: undefined,
          message: `answers for ${count} of the entities of a more trusted source, whose document expired at ${new Date(validUntil).toISOString()}`,
        }));
      }),
  };
}
