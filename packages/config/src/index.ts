/**
 * Files and environment into the frozen Config and into documents. Finds every mistake at once and says where it stands;
 * knows nothing of what the values are for.
 */

export { loadAttributes, parseAttributes } from './attributesDocument.ts';
export { parseCidr } from './cidr.ts';
export type * from './config.ts';
export type { LdapConfig } from './directories/ldapConfig.ts';
export { readDocumentText } from './document.ts';
export { parseDuration } from './duration.ts';
export * from './findConfigFile.ts';
export * from './loadConfig.ts';
export { parseEnd, parseMoment } from './moment.ts';
export { loadPeople, parsePeople } from './people.ts';
export { type CaseAuthenticator, type PolicyCase, parsePolicyCases } from './policyCases.ts';
export { loadPolicy, parsePolicy } from './policySchema.ts';
export { loadRecipe, type Recipe, recipeNames } from './recipe.ts';
export { loadRelease, loadReleaseRules, parseRelease, parseReleaseRules } from './releaseRules.ts';
export * from './secret.ts';
export {
  loadServiceProviderSettings,
  parseServiceProviderSettings,
  type ServiceProviderEntry,
} from './serviceProviderSettings.ts';
