import { createHash } from 'node:crypto';
import type { SourceTrust } from '../sources/source.ts';

/** Raised when a newer Gakumon accepts or reads otherwise, so that every stored copy is judged again. */
const rules = 2;

/**
 * Names everything that decides what of a document is accepted. A copy that was accepted under another name is judged
 * again and never believed.
 * @param fingerprints SHA-256 of the certificates of the pinned signers, in any order
 */
export function trustStampOf(source: Omit<SourceTrust, 'signers'>, fingerprints: readonly string[]): string {
  const { unsigned, allowSha1, maxValidity, filter, mayAssert } = source;
  const sorted = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
  const decides = [
    rules,
    sorted(fingerprints),
    // With signers the signature counts, whatever `unsigned` says.
    fingerprints.length === 0 && unsigned,
    allowSha1,
    maxValidity ?? null,
    sorted(filter.roles),
    sorted(filter.registrationAuthorities),
    sorted(filter.categories),
    sorted(filter.exceptCategories),
    sorted(filter.exceptEntityIds),
    sorted(mayAssert),
  ];
  return `${rules}:${createHash('sha256').update(JSON.stringify(decides)).digest('base64url')}`;
}
