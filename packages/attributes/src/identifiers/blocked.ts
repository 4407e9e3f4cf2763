import { attributeValueText } from '../attributeValueText.ts';
import { identifierDigest } from '../identifierDigest.ts';
import type { ParsedValues } from '../parseValues.ts';
import type { AttributeValue } from '../types.ts';

/** Tells of a digest, as `identifierDigest` writes it, whether it belongs to somebody else who left within 24 months. */
export type IsBlocked = (digest: string) => boolean;

/** The attributes that name one person everywhere. */
export const namingAttributes = ['eduPersonPrincipalName', 'eduPersonUniqueId', 'subject-id'] as const;

export const blockedReason = 'it named somebody who left, and names nobody else for 24 months';

/** The values of an attribute without those that still belong to somebody else (GakuNin's 24 months). Pure. */
export function withholdBlocked(id: string, { values, withheld }: ParsedValues, isBlocked: IsBlocked): ParsedValues {
  const isFree = (value: AttributeValue): boolean => !isBlocked(identifierDigest(id, attributeValueText(value)));
  const blocked = values.filter((value) => !isFree(value)).map(attributeValueText);
  return {
    values: values.filter(isFree),
    withheld: [
      ...withheld,
      ...blocked.map((value) => ({ attribute: id, value, code: 'blocked' as const, reason: blockedReason })),
    ],
  };
}

export const isNaming = (id: string): id is (typeof namingAttributes)[number] =>
  (namingAttributes as readonly string[]).includes(id);

/** The digest of a value that identifiers start from. */
export const sourceDigest = (source: string, value: string): string => identifierDigest(`source:${source}`, value);
