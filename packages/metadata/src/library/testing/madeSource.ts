import type { MetadataSource, SourceOrigin } from '../../sources/source.ts';
import { noFilter } from '../../trust/filter.ts';

/** A source that is believed as it is. */
export function madeSource(
  name: string,
  origin: SourceOrigin,
  differences: Partial<Omit<MetadataSource, 'name' | 'origin'>> = {},
): MetadataSource {
  return {
    name,
    origin,
    signers: [],
    unsigned: true,
    allowSha1: false,
    maxValidity: undefined,
    filter: noFilter,
    mayAssert: ['categories', 'scopes'],
    refresh: 3_600_000,
    guard: { mostLost: 0.1 },
    ...differences,
  };
}
