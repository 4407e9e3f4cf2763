import { hash } from 'node:crypto';

/**
 * What an identifier is known by where its value must not stand: in the release log, and among those of people who have
 * left. Values that many SPs compare without regard to case come out the same in any.
 * @param kind the dictionary id, `persistent`, `transient`, or `source:NAME` for what identifiers are computed from
 */
export function identifierDigest(kind: string, value: string): string {
  return hash('sha256', `${kind}\n${caseful.has(kind) ? value : value.toLowerCase()}`, 'base64url').slice(0, 32);
}

/** Base64 differs by case. */
const caseful: ReadonlySet<string> = new Set(['eduPersonTargetedID', 'persistent', 'transient']);
