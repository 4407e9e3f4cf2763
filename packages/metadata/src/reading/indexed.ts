import { attributeOf, type XmlElement } from '@gakumon/saml';
import { keepFirst } from './keepFirst.ts';
import { parseBoolean, parseIndex } from './schemaTypes.ts';
import type { Warn } from './warnings.ts';

/** Something with `index` and `isDefault` (md:IndexedEndpointType, md:AttributeConsumingService). */
export type Indexed<T> = T & { readonly index: number; readonly isDefault: boolean };

/** More endpoints, or services, than any entity lists; some dozens are many. All of them stay in memory. */
export const mostIndexed = 1000;

type Entry<T> = { readonly content: T; readonly index: number | undefined; readonly marked: boolean | undefined };

/**
 * Reads a list of indexed elements and settles which one is the default, by SAML Metadata 2.2.3: the first that is
 * marked `isDefault="true"`, else the first that is not marked `false`, else the first.
 *
 * An element without a proper index can still be found by its content, so it stays, under the next number that no
 * other has. Of two with one index both stay, and whoever looks for the index finds the first.
 *
 * @param read undefined leaves the element out, and it is no candidate for the default either
 */
export function readIndexed<T extends object>(
  elements: readonly XmlElement[],
  read: (el: XmlElement) => T | undefined,
  warn: Warn,
): readonly Indexed<T>[] {
  const entries = keepFirst(elements, mostIndexed, warn).flatMap((el): Entry<T>[] => {
    const content = read(el);
    if (content === undefined) return [];
    const index = parseIndex(attributeOf(el, 'index'));
    if (index === undefined) warn(`${el.localName} has no proper index`);
    return [{ content, index, marked: parseBoolean(attributeOf(el, 'isDefault')) }];
  });
  const chosen = decideDefault(entries);
  return settleIndexes(entries, warn).map((entry) => ({
    ...entry.content,
    index: entry.index,
    isDefault: entry.content === chosen?.content,
  }));
}

function decideDefault<T>(entries: readonly Entry<T>[]): Entry<T> | undefined {
  return (
    entries.find((entry) => entry.marked === true) ?? entries.find((entry) => entry.marked === undefined) ?? entries[0]
  );
}

function settleIndexes<T>(entries: readonly Entry<T>[], warn: Warn): readonly { content: T; index: number }[] {
  const used = new Set<number>();
  for (const { index } of entries) {
    if (index === undefined) continue;
    if (used.has(index)) warn(`index ${index} is used twice`);
    used.add(index);
  }
  let next = Math.max(-1, ...used);
  return entries.map(({ content, index }) => {
    if (index !== undefined) return { content, index };
    next += 1;
    return { content, index: next };
  });
}
