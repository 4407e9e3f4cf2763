import { plainSource } from '../../fixtures/indexed.ts';
import type { MetadataSource, SourceOrigin } from '../../sources/source.ts';

/** A source that is believed as it is. */
export function madeSource(
  name: string,
  origin: SourceOrigin,
  differences: Partial<Omit<MetadataSource, 'name' | 'origin'>> = {},
): MetadataSource {
  return { ...plainSource, name, origin, ...differences };
}
