/** How a source of metadata stands, for monitors. Times are milliseconds since 1970. */
export type SourceStanding = {
  readonly name: string;
  /** Of its origin: file, directory, url or mdq. */
  readonly kind: string | undefined;
  readonly serviceProviders: number;
  /** Undefined when nobody counts them. */
  readonly entities: number | undefined;
  /** When the copy in force was taken in; undefined while there is none. */
  readonly acceptedAt: number | undefined;
  /** When it was last asked. */
  readonly checkedAt: number | undefined;
  readonly validUntil: number | undefined;
  /** Why its newest content is not in force. */
  readonly problem: string | undefined;
  readonly isHeld: boolean;
};

/** What is known of a source, as far as it is known. */
type Known = {
  readonly name: string;
  readonly kind?: string | undefined;
  readonly serviceProviders: number | readonly unknown[];
  readonly entities?: number | undefined;
  readonly acceptedAt?: number | undefined;
  readonly checkedAt?: number | undefined;
  readonly validUntil?: number | undefined;
  readonly problem?: string | { readonly message: string } | undefined;
  readonly held?: readonly unknown[];
};

/** The library's state of a source in a monitor's terms. */
export function standingOf(state: Known): SourceStanding {
  const { name, serviceProviders, problem } = state;
  return {
    name,
    kind: state.kind,
    serviceProviders: typeof serviceProviders === 'number' ? serviceProviders : serviceProviders.length,
    entities: state.entities,
    acceptedAt: state.acceptedAt,
    checkedAt: state.checkedAt,
    validUntil: state.validUntil,
    problem: typeof problem === 'object' ? problem.message : problem,
    isHeld: (state.held ?? []).length > 0,
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
