import type { ServiceProvider } from '@gakumon/metadata';
import { meets } from '@gakumon/mfa';
import type { Idp } from '../idp.ts';
import type { LoginLook } from '../stepUp/lookAtLogin.ts';

/**
 * What a login says of itself in eduPersonAssurance, to an SP that wants it there: the URIs of the classes that what was
 * proved reaches now, whichever of them is asserted as the AuthnContext.
 */
export function assuranceOf(
  idp: Pick<Idp, 'settingsOf'>,
  { situation: { policy, now }, explained: { known } }: Pick<LoginLook, 'situation' | 'explained'>,
  { entityId }: ServiceProvider,
): readonly string[] {
  if (known === undefined || !idp.settingsOf(entityId).assuranceAttribute) return [];
  return policy.contexts
    .filter(({ isAssurance, requirement }) => isAssurance === true && meets(requirement, known, now) !== undefined)
    .map(({ uri }) => uri);
}
