/**
 * What is known about a person, what of it may go to an SP, and under which name. Owns the attribute dictionary,
 * resolution, the release rules and name identifiers; where values come from is the directory's business, and how
 * release.yaml is read the configuration's.
 */
export * from './access/decideAccess.ts';
export type * from './access/types.ts';
export * from './affiliations.ts';
export * from './attributeValueText.ts';
export { type ComputedIdGenerator, computeId, createComputedIdGenerator } from './computedId.ts';
export { makePersistentId } from './derivedAttributes.ts';
export * from './dictionary.ts';
export { filterAttributes } from './filterAttributes.ts';
export * from './identifierDigest.ts';
export { type IsBlocked, namingAttributes, sourceDigest } from './identifiers/blocked.ts';
export * from './identifiers/generator.ts';
export { identifiersOf, type NamingContext } from './identifiers/identifiersOf.ts';
export { listStoredIdsToGo, type WantedStoredId } from './identifiers/storedIdsToGo.ts';
export * from './listReleaseRuleMistakes.ts';
export * from './nameId.ts';
export * from './nameIdFormat.ts';
export * from './nameIdValues.ts';
export { deepestRecipe, evaluateRecipe, type RecipeContext } from './recipes/evaluateRecipe.ts';
export { listRecipeDoubts, type RecipeGround } from './recipes/listRecipeDoubts.ts';
export { listRecipeMistakes, type RecipeMistake, recipePlace } from './recipes/listRecipeMistakes.ts';
export { type AttributeRecipe, type AttributeRecipes, noRecipes } from './recipes/types.ts';
export { listNamesRead } from './recipes/walkRecipe.ts';
export { categoryBundles } from './release/categories.ts';
export { evaluateTarget, type TargetFacts } from './release/evaluateTarget.ts';
export { attributeOfItem } from './release/readItem.ts';
export type * from './releaseRules.ts';
export type { Recipient } from './releaseTarget.ts';
export { listRequestedAttributes } from './requestedAttributes.ts';
export type { ResolutionContext } from './resolutionContext.ts';
export * from './resolveAttributes.ts';
export * from './samlAttribute.ts';
export * from './types.ts';
export * from './withAssurance.ts';
