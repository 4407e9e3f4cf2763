import { quoteUntrusted } from '@gakumon/terms';

/** Something in metadata that did not stop it from being used, for the operator to look into. */
export type MetadataWarning = {
  /** The name of the metadata source. */
  readonly source: string;
  /** The entity that it is about; undefined when it is about the document or the source. */
  readonly entityId: string | undefined;
  readonly message: string;
};

/** Takes note of something about the entity that is being read. */
export type Warn = (message: string) => void;

/** Makes a `Warn` for one entity, or for the document. */
export type WarnAbout = (entityId: string | undefined) => Warn;

/** What one odd entity may fill the operator's screen with, and our memory. */
const mostOfOne = 100;

/**
 * Makes the list that the warnings of one source go to.
 * @returns `warnAbout` for what reads; `warnings` grows while it does
 */
export function createWarnings(source: string): {
  readonly warnings: readonly MetadataWarning[];
  readonly warnAbout: WarnAbout;
} {
  const warnings: MetadataWarning[] = [];
  const warnAbout: WarnAbout = (entityId) => {
    let told = 0;
    return (message) => {
      told += 1;
      if (told <= mostOfOne) warnings.push({ source, entityId, message });
      if (told === mostOfOne + 1) warnings.push({ source, entityId, message: 'has more oddities than are listed' });
    };
  };
  return { warnings, warnAbout };
}

const toldInRefusal = 3;

/** The first few warnings on one line, to say why nothing was left. */
export function summariseWarnings(warnings: readonly MetadataWarning[]): string {
  const told = warnings
    .slice(0, toldInRefusal)
    .map(({ entityId, message }) => (entityId === undefined ? message : `${quoteUntrusted(entityId)}: ${message}`));
  const more = warnings.length - told.length;
  return [...told, ...(more > 0 ? [`${more} more like these`] : [])].join('; ');
}
