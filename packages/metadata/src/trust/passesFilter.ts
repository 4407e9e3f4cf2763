import type { MetadataFilter } from './filter.ts';

/** What a filter looks at. */
export type Filtered = {
  readonly entityId: string;
  readonly isServiceProvider: boolean;
  readonly isIdentityProvider: boolean;
  /** As far as they are believed: they let an entity in. */
  readonly believed: { readonly categories: readonly string[]; readonly registrationAuthority: string | undefined };
  /** As the document says, believed or not: they keep an entity out. */
  readonly said: { readonly categories: readonly string[] };
};

/** Whether an entity counts (every part of the filter has to let it pass). */
export function passesFilter(entity: Filtered, filter: MetadataFilter): boolean {
  const { believed, said } = entity;
  const anyOf = (wanted: readonly string[], found: readonly (string | undefined)[]): boolean =>
    wanted.length === 0 || wanted.some((one) => found.includes(one));
  const roles = [entity.isServiceProvider ? 'sp' : undefined, entity.isIdentityProvider ? 'idp' : undefined];
  return (
    anyOf(filter.roles, roles) &&
    anyOf(filter.registrationAuthorities, [believed.registrationAuthority]) &&
    anyOf(filter.categories, believed.categories) &&
    !filter.exceptCategories.some((one) => said.categories.includes(one)) &&
    !filter.exceptEntityIds.includes(entity.entityId)
  );
}
