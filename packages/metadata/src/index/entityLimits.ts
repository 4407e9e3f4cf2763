/** Bounds on one entity; logos are sometimes in it, as data. What is larger is passed over. */
export const entityLimits = {
  /** Octets of its canonical form. */
  bytes: 2_097_152,
  /** All in it, itself included: what they cost is paid while somebody waits for a login page. */
  elements: 50_000,
};

/** Entities of one document; eduGAIN has a tenth of it. */
export const mostEntities = 100_000;

/** Distinct surroundings of entities in one document: a group or two in all that are known. */
export const mostContexts = 10_000;

/** Characters of one of them, and of all of them, as JSON. */
export const longestContext = 262_144;
export const longestContexts = 8_388_608;

/** Characters of what an index tells of all entities, as JSON: four times eduGAIN's. It stays in memory. */
export const longestEntities = 33_554_432;

/** Categories of all entities that have some of their own, those of their groups counted for each again. */
export const mostCategories = 1_000_000;
