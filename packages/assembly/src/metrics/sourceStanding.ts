import type { SourceState } from '@gakumon/metadata';

/** How a source of metadata stands, for monitors. Times are milliseconds since 1970. */
export type SourceStanding = {
  readonly name: string;
  readonly kind: SourceState['kind'];
  readonly serviceProviders: number;
  readonly entities: number;
  /** When the copy in force was taken in; undefined while there is none. */
  readonly acceptedAt: number | undefined;
  /** When it was last asked. */
  readonly checkedAt: number | undefined;
  readonly validUntil: number | undefined;
  /** Why its newest content is not in force. */
  readonly problem: string | undefined;
  readonly isHeld: boolean;
};

/** What the library says of a source, as far as monitors are told. */
type Told = Pick<
  SourceState,
  'name' | 'kind' | 'serviceProviders' | 'entities' | 'acceptedAt' | 'checkedAt' | 'validUntil' | 'problem' | 'held'
>;

/** The library's state of a source in a monitor's terms. */
export function standingOf(state: Told): SourceStanding {
  const { name, kind, serviceProviders, entities, acceptedAt, checkedAt, validUntil, problem, held } = state;
  return {
    name,
    kind,
    serviceProviders,
    entities,
    acceptedAt,
    checkedAt,
    validUntil,
    problem,
    isHeld: held.length > 0,
  };
}

/**
 * Why a source helps nobody: it never had a usable document, or the copy in force has expired. A new document that is
 * refused or held back is no such reason while the old one holds, and neither is a source without any entity in it.
 */
export function whyUnusable(
  { kind, serviceProviders, validUntil, problem, acceptedAt }: SourceStanding,
  now: number,
): string | undefined {
  if (validUntil !== undefined && validUntil <= now) return `expired at ${new Date(validUntil).toISOString()}`;
  if (acceptedAt !== undefined || serviceProviders > 0) return undefined;
  return problem ?? (kind === 'url' ? 'was never fetched' : undefined);
}
