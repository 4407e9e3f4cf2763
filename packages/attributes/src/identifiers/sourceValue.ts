import type { Person } from '@gakumon/terms';
import { attributeValueText } from '../attributeValueText.ts';
import { listGivenValues } from '../givenAttributes.ts';
import { identifierDigest } from '../identifierDigest.ts';
import type { ParsedValues } from '../parseValues.ts';
import type { ResolutionContext } from '../resolutionContext.ts';
import type { SourceValue, SourceValues } from '../types.ts';
import { type IsBlocked, isNaming, sourceDigest } from './blocked.ts';

/** What is known so far, by dictionary id. */
type Resolved = ReadonlyMap<string, ParsedValues>;

/**
 * What the identifiers of a person start from. Found once, before anything is withheld: whether an identifier is made, is
 * stored, and goes out is decided on one and the same value.
 */
export function findSourceValues(
  person: Person,
  resolved: Resolved,
  { generators, isBlocked = () => false }: Pick<ResolutionContext, 'generators' | 'isBlocked'>,
): SourceValues {
  const sources = Object.values(generators).flatMap((one) => (one === undefined ? [] : [one.source]));
  return new Map([...new Set(sources)].map((source) => [source, judge(source, person, resolved, isBlocked)]));
}

/**
 * The first value, as Shibboleth takes it: the directory's own spelling where it has one, so that a moved site keeps its
 * identifiers.
 */
function judge(source: string, person: Person, resolved: Resolved, isBlocked: IsBlocked): SourceValue {
  if (source === 'username') return toSourceValue(source, person.username, [], isBlocked);
  const [made] = resolved.get(source)?.values.map(attributeValueText) ?? [];
  const value = listGivenValues(person, source)?.[0] ?? made;
  if (value === undefined || !isSomebodys(value)) return { kind: 'missing' };
  return toSourceValue(source, value, made === undefined ? [value] : [value, made], isBlocked);
}

/** What named somebody who left starts nothing for anybody else either, in whichever spelling. */
function toSourceValue(source: string, value: string, names: readonly string[], isBlocked: IsBlocked): SourceValue {
  const named = isNaming(source) ? names.map((name) => identifierDigest(source, name)) : [];
  return [sourceDigest(source, value), ...named].some(isBlocked) ? { kind: 'blocked' } : { kind: 'known', value };
}

/**
 * Blanks are nobody's, halves of surrogate pairs would all be hashed as the same octets, and NUL is kept by no database:
 * people would share an identifier.
 */
const isSomebodys = (value: string): boolean => value.trim() !== '' && value.isWellFormed() && !value.includes('\0');
