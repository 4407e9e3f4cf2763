import { nameIdFormats } from '@gakumon/terms';
import type { ResolutionContext } from '../resolutionContext.ts';
import type { ReleasedAttributes, Resolution } from '../types.ts';
import { isStoredGenerator, type StoredIdGenerator } from './generator.ts';

/** A stored identifier that goes out, by what it stands for. */
export type WantedStoredId = { readonly generator: StoredIdGenerator; readonly sourceValue: string };

/**
 * Which stored identifiers stand in what was decided to go out, each once. Nothing is stored for what stays at home.
 * @param leaving the released attributes, and the format of the NameID
 */
export function listStoredIdsToGo(
  { sources }: Pick<Resolution, 'sources'>,
  { generators }: Pick<ResolutionContext, 'generators'>,
  leaving: { readonly attributes: ReleasedAttributes; readonly nameIdFormat: string },
): readonly WantedStoredId[] {
  const { targetedId, pairwiseId, persistent } = generators;
  if (![targetedId, pairwiseId, persistent].some(isStoredGenerator)) return [];
  const goes = (id: string): boolean => leaving.attributes.some(({ definition }) => definition.id === id);
  const used = [
    ...(goes('eduPersonTargetedID') ? [targetedId] : []),
    ...(goes('pairwise-id') ? [pairwiseId] : []),
    ...(leaving.nameIdFormat === nameIdFormats.persistent ? [persistent] : []),
  ].filter(isStoredGenerator);
  const wanted = used.flatMap((generator) => {
    const source = sources.get(generator.source);
    return source?.kind === 'known' ? [[source.value, { generator, sourceValue: source.value }] as const] : [];
  });
  return [...new Map(wanted).values()];
}
