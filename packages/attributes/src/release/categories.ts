/** What the SPs of an entity category may have: these attributes, or whatever their metadata requests. */
export type CategoryBundle = { readonly attributes: readonly string[] } | 'requested';

const anonymous = ['eduPersonScopedAffiliation', 'schacHomeOrganization'];
const pseudonymous = [...anonymous, 'pairwise-id', 'eduPersonAssurance'];
const personalized = [...anonymous, 'subject-id', 'eduPersonAssurance', 'displayName', 'givenName', 'sn', 'mail'];
/** eduPersonTargetedID goes too, since eduPersonPrincipalName may be given to somebody else one day (R&S 1.3, section 5). */
const researchAndScholarship = [
  'eduPersonPrincipalName',
  'eduPersonTargetedID',
  'displayName',
  'givenName',
  'sn',
  'mail',
  'eduPersonScopedAffiliation',
];

/** The attribute bundles of REFEDS and GÉANT, by the URI of the entity category. */
export const categoryBundles: ReadonlyMap<string, CategoryBundle> = new Map<string, CategoryBundle>([
  ['http://refeds.org/category/research-and-scholarship', { attributes: researchAndScholarship }],
  ['https://refeds.org/category/anonymous', { attributes: anonymous }],
  ['https://refeds.org/category/pseudonymous', { attributes: pseudonymous }],
  ['https://refeds.org/category/personalized', { attributes: personalized }],
  ['https://refeds.org/category/code-of-conduct/v2', 'requested'],
  ['http://www.geant.net/uri/dataprotection-code-of-conduct/v1', 'requested'],
]);
