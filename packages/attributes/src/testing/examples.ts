import type { AttributeConsumingService, ServiceProvider } from '@gakumon/metadata';
import type { EntityId, Person, Username } from '@gakumon/terms';
import { attributeValueText } from '../attributeValueText.ts';
import type { ComputedIdGenerator } from '../computedId.ts';
import { noRecipes } from '../recipes/types.ts';
import type { ResolutionContext } from '../resolutionContext.ts';
import { resolveAttributes } from '../resolveAttributes.ts';
import type { ResolvedAttribute } from '../types.ts';

/** People and services for the tests of this package. */
export const examplePerson = (attributes: Person['attributes'], username = 's1234567'): Person => ({
  username: username as Username,
  directory: 'local',
  passwordVersion: undefined,
  account: {},
  groups: ['students'],
  attributes,
});

export const student = examplePerson({
  jaDisplayName: ['学門 花子'],
  displayName: ['Hanako Gakumon'],
  mail: ['hanako@example.ac.jp'],
  affiliation: ['student'],
});

export const exampleGenerator: ComputedIdGenerator = {
  name: 'default',
  source: 'username',
  salt: Buffer.from('thisisaspecialsalt'),
  algorithm: 'sha1',
  encoding: 'base64',
};

export const exampleContext = (changes: Partial<ResolutionContext> = {}): ResolutionContext => ({
  entityId: 'https://idp.example.ac.jp/idp/shibboleth' as EntityId,
  serviceProvider: { entityId: 'https://sp.example.org/sp' as EntityId },
  scopes: ['example.ac.jp'],
  directoryScopes: {},
  recipes: noRecipes,
  generators: { targetedId: exampleGenerator, pairwiseId: exampleGenerator, persistent: exampleGenerator },
  ...changes,
});

export const exampleServiceProvider = (changes: Partial<ServiceProvider> = {}): ServiceProvider => ({
  entityId: 'https://sp.example.org/sp' as EntityId,
  source: 'federation',
  names: {},
  descriptions: {},
  informationUrls: {},
  privacyStatementUrls: {},
  keywords: {},
  logos: [],
  requestInitiator: undefined,
  requestInitiators: [],
  discoveryResponses: [],
  assertionConsumerServices: [{ index: 1, location: 'https://sp.example.org/acs', isDefault: true }],
  otherAssertionConsumerServices: [],
  singleLogoutServices: [],
  algorithms: { digests: [], signatures: [] },
  signingKeys: [],
  encryptionKeys: [],
  unusableEncryptionKeys: [],
  nameIdFormats: [],
  authnRequestsSigned: false,
  wantAssertionsSigned: false,
  attributeConsumingServices: [],
  attributePurposes: [],
  categories: [],
  entityAttributes: [],
  subjectIdRequirement: undefined,
  registrationAuthority: undefined,
  registration: undefined,
  publication: undefined,
  contacts: [],
  organization: undefined,
  validUntil: undefined,
  ...changes,
});

/** An AttributeConsumingService that requests these names, each with all values or with those given. */
export const requesting = (
  index: number,
  requested: Readonly<Record<string, readonly string[]>>,
  isDefault = false,
): AttributeConsumingService => ({
  index,
  isDefault,
  names: {},
  descriptions: {},
  requested: Object.entries(requested).map(([name, values]) => ({
    name,
    nameFormat: undefined,
    friendlyName: undefined,
    values,
    isRequired: true,
  })),
});

/** Attributes as a table, for comparing. */
export const asTable = (attributes: readonly ResolvedAttribute[]): Record<string, string[]> =>
  Object.fromEntries(attributes.map(({ definition, values }) => [definition.id, values.map(attributeValueText)]));

/** What is resolved about somebody with these attributes, as a table, and what was withheld as `id code` lines. */
export function resolveExample(attributes: Person['attributes'], changes: Partial<ResolutionContext> = {}) {
  const { resolved, withheld } = resolveAttributes(examplePerson(attributes), exampleContext(changes));
  return { table: asTable(resolved), withheld: withheld.map(({ attribute, code }) => `${attribute} ${code}`) };
}
