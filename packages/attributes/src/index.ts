/**
 * What is known about a person, what of it may go to an SP, and under which name. Owns the attribute dictionary,
 * resolution, the release rules and name identifiers; where values come from is the directory's business, and how
 * release.yaml is read the configuration's.
 */
export type * from './access/types.ts';
export * from './affiliations.ts';
export * from './attributeValueText.ts';
export { type ComputedIdGenerator, computeId, createComputedIdGenerator } from './computedId.ts';
export * from './dictionary.ts';
export * from './filterAttributes.ts';
export * from './identifierDigest.ts';
export * from './listReleaseRuleMistakes.ts';
export * from './nameId.ts';
export * from './nameIdFormat.ts';
export * from './nameIdValues.ts';
export { type AttributeRecipe, type AttributeRecipes, noRecipes } from './recipes/types.ts';
export * from './releaseRules.ts';
export type { Recipient } from './releaseTarget.ts';
export { listRequestedAttributes } from './requestedAttributes.ts';
export type { ResolutionContext } from './resolutionContext.ts';
export * from './resolveAttributes.ts';
export * from './samlAttribute.ts';
export * from './types.ts';
export * from './withAssurance.ts';
