import { authnContexts } from '@gakumon/terms';
import type { AuthnContextDefinition } from './requirement.ts';

/** samlp:RequestedAuthnContext (SAML Core 3.3.2.2.1). */
export type RequestedAuthnContext = {
  readonly comparison: 'exact' | 'minimum' | 'maximum' | 'better';
  readonly classes: readonly string[];
};

/** Which classes would answer a request, in the order of preference; none means that no login can. */
export type RequiredContext = { readonly acceptable: readonly AuthnContextDefinition[] };

/**
 * Finds the classes that may be asserted in answer to a request (SAML Core 3.3.2.2.1). With `exact` the SP's order is
 * kept; `unspecified` asks for nothing. With `maximum` the strongest comes first.
 */
export function requiredContext(
  requested: RequestedAuthnContext | undefined,
  known: readonly AuthnContextDefinition[],
): RequiredContext {
  const wanted = requested?.classes.filter((uri) => uri !== authnContexts.unspecified) ?? [];
  const asksForNothing = requested === undefined || (wanted.length === 0 && requested.classes.length > 0);
  if (asksForNothing) return { acceptable: known };
  const named = [...new Set(wanted)].flatMap((uri) => known.filter((context) => context.uri === uri));
  if (requested.comparison === 'exact') return { acceptable: named };
  const comparable = named.length === 0 ? [] : known.filter(compares(requested.comparison, named));
  if (requested.comparison !== 'maximum') return { acceptable: comparable };
  return { acceptable: comparable.toSorted((one, other) => other.strength - one.strength) };
}

/** "Better" is better than every class named; "minimum" and "maximum" are measured against the weakest and the strongest. */
function compares(comparison: 'minimum' | 'maximum' | 'better', named: readonly AuthnContextDefinition[]) {
  const strengths = named.map((context) => context.strength);
  const weakest = Math.min(...strengths);
  const strongest = Math.max(...strengths);
  return ({ strength }: AuthnContextDefinition): boolean =>
    comparison === 'minimum'
      ? strength >= weakest
      : comparison === 'maximum'
        ? strength <= strongest
        : strength > strongest;
}
