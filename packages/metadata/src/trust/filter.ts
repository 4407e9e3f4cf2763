/** Which entities of a source count; an empty list lets all pass. What does not pass is as if it were not there. */
export type MetadataFilter = {
  readonly roles: readonly ('sp' | 'idp')[];
  readonly registrationAuthorities: readonly string[];
  /** Entities with at least one of these entity categories. */
  readonly categories: readonly string[];
  readonly exceptCategories: readonly string[];
  readonly exceptEntityIds: readonly string[];
};

export const noFilter: MetadataFilter = {
  roles: [],
  registrationAuthorities: [],
  categories: [],
  exceptCategories: [],
  exceptEntityIds: [],
};
