import { attributeOf, findChild, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import type { Assertable } from '../sources/source.ts';
import { readDiscoHints } from './discoHints.ts';
import { readEndpoints } from './endpoints.ts';
import { type Entity, findReadableId, limitToAssertable, listRoles } from './entities.ts';
import type { IdentityProvider } from './identityProvider.ts';
import { readEntityDescription } from './readEntityDescription.ts';
import { parseBoolean } from './schemaTypes.ts';
import { readScopes } from './scopes.ts';
import { createWarnings, type MetadataWarning, type Warn } from './warnings.ts';

/** An identity provider, and what was odd about it. */
export type IdentityProviderReading = {
  /** Undefined when the entity is none of SAML 2.0. */
  readonly identityProvider: IdentityProvider | undefined;
  readonly warnings: readonly MetadataWarning[];
};

/**
 * Reads an entity as an identity provider of SAML 2.0 (SAML Metadata 2.4.3), to be shown: the first such role of it. As
 * `readServiceProvider` does, it validates and bounds each value and never throws for what metadata says.
 *
 * @param entity with all that it inherits
 * @param source the name of the metadata source
 * @param mayAssert what that source is believed: `limitToAssertable`; without `scopes` no scopes either
 */
export function readIdentityProvider(
  entity: Entity,
  source: string,
  mayAssert: readonly Assertable[],
): IdentityProviderReading {
  const [role] = listRoles(entity.element, 'IDPSSODescriptor');
  if (role === undefined) return { identityProvider: undefined, warnings: [] };
  const { warnings, warnAbout } = createWarnings(source);
  const entityId = findReadableId(entity.element, warnAbout);
  if (entityId === undefined) return { identityProvider: undefined, warnings };
  const warn = warnAbout(entityId);
  const description = readEntityDescription(limitToAssertable(entity, mayAssert), role, { entityId, source }, warn);
  if (description === undefined) return { identityProvider: undefined, warnings };
  const scopes = mayAssert.includes('scopes') ? readScopes(entity.element, role, warn) : [];
  return { identityProvider: { ...description, scopes, ...readRole(role, warn) }, warnings };
}

function readRole(
  role: XmlElement,
  warn: Warn,
): Pick<IdentityProvider, 'discoHints' | 'singleSignOnServices' | 'wantAuthnRequestsSigned'> {
  return {
    discoHints: readDiscoHints(findChild(role, ns.md, 'Extensions'), warn),
    singleSignOnServices: readEndpoints(role, 'SingleSignOnService', warn),
    wantAuthnRequestsSigned: parseBoolean(attributeOf(role, 'WantAuthnRequestsSigned')) ?? false,
  };
}
