import { findChild, type XmlElement } from '@gakumon/saml';
import { isGakumonError, type LocalisedOptional, ns } from '@gakumon/terms';
import { hasAssertionConsumerService } from '../reading/endpoints.ts';
import { listRoles } from '../reading/entities.ts';
import { readNames } from '../reading/uiInfo.ts';
import { readValidUntil } from '../reading/validity.ts';
import type { Warn } from '../reading/warnings.ts';

/** What the roles of an entity come to. */
export type RoleSummary = {
  readonly isServiceProvider: boolean;
  readonly isIdentityProvider: boolean;
  readonly names: LocalisedOptional;
  /** Of the SP role that counts. */
  readonly validUntil: number | undefined;
};

/**
 * Reads the outline of an md:EntityDescriptor by the same rules as the typed view of it: the first SP role counts that
 * can be answered to.
 */
export function summariseRoles(outline: XmlElement, now: number, warn: Warn): RoleSummary {
  const isIdentityProvider = listRoles(outline, 'IDPSSODescriptor').length > 0;
  const none = { isServiceProvider: false, isIdentityProvider, names: {}, validUntil: undefined };
  const roles = listRoles(outline, 'SPSSODescriptor');
  if (roles.length === 0) return none;
  const role = roles.find((one) => hasAssertionConsumerService(one, warn));
  if (role === undefined) {
    warn('is no service provider here: it has no AssertionConsumerService for HTTP-POST that can be used');
    return none;
  }
  const validUntil = readRoleEnd(role, warn);
  if (validUntil === 'unknown') return none;
  if (validUntil !== undefined && validUntil <= now) {
    warn(`its role as a service provider was valid until ${new Date(validUntil).toISOString()}`);
    return none;
  }
  const names = readNames(outline, role, findChild(role, ns.md, 'Extensions'), warn);
  return { isServiceProvider: true, isIdentityProvider, names, validUntil };
}

function readRoleEnd(role: XmlElement, warn: Warn): number | undefined | 'unknown' {
  try {
    return readValidUntil(role);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`is no service provider here: ${error.detail}`);
    return 'unknown';
  }
}
