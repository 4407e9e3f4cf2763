import { type Resolution, type ResolutionContext, resolveAttributes } from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';

/** What everything that is known about a person is resolved with. */
export type Resolving = Pick<Idp, 'entityId' | 'scopes' | 'directoryScopes' | 'recipes' | 'isBlocked'>;

/**
 * What is known about a person for one SP, and what it was made with: the one way to it, so that who may use a service is
 * decided on what the service would be told. Pure.
 */
export function resolveFor(
  { entityId, scopes, directoryScopes, recipes, isBlocked }: Resolving,
  serviceProvider: ServiceProvider,
  person: Person,
  identifiers: Pick<ResolutionContext, 'generators' | 'storedIds'>,
): { readonly resolution: Resolution; readonly context: ResolutionContext } {
  const context = {
    entityId,
    serviceProvider,
    scopes,
    directoryScopes,
    recipes: recipes(),
    isBlocked: (digest: string) => isBlocked(digest, person.username),
    ...identifiers,
  };
  return { resolution: resolveAttributes(person, context), context };
}
