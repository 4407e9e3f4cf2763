import { attributeValueText } from '../attributeValueText.ts';
import { identifierDigest } from '../identifierDigest.ts';
import type { AttributeValue, Resolution, ResolvedAttributes, WithheldValue } from '../types.ts';

/** Tells of a digest, as `identifierDigest` writes it, whether it belongs to somebody else who left within 24 months. */
export type IsBlocked = (digest: string) => boolean;

/** The attributes that name one person everywhere. */
export const namingAttributes = ['eduPersonPrincipalName', 'eduPersonUniqueId', 'subject-id'] as const;

export const blockedReason = 'it named somebody who left, and names nobody else for 24 months';

/** What is known of a person without the identifiers that still belong to somebody else (GakuNin's 24 months). Pure. */
export function withholdBlocked(resolution: Resolution, isBlocked: IsBlocked): Resolution {
  const withheld: WithheldValue[] = [];
  const resolved = resolution.resolved.flatMap((attribute) => {
    const { id } = attribute.definition;
    if (!isNaming(id)) return [attribute];
    const isFree = (value: AttributeValue): boolean => !isBlocked(identifierDigest(id, attributeValueText(value)));
    const blocked = attribute.values.filter((value) => !isFree(value)).map(attributeValueText);
    if (blocked.length === 0) return [attribute];
    withheld.push(
      ...blocked.map((value) => ({ attribute: id, value, code: 'blocked' as const, reason: blockedReason })),
    );
    const values = attribute.values.filter(isFree);
    return values.length === 0 ? [] : [{ ...attribute, values }];
  });
  if (withheld.length === 0) return resolution;
  return {
    resolved: resolved as readonly unknown[] as ResolvedAttributes,
    withheld: [...resolution.withheld, ...withheld],
  };
}

const isNaming = (id: string): id is (typeof namingAttributes)[number] =>
  (namingAttributes as readonly string[]).includes(id);

/** The digest of a value that identifiers start from. */
export const sourceDigest = (source: string, value: string): string => identifierDigest(`source:${source}`, value);
