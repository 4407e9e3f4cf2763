import type { ServiceProvider } from '@gakumon/metadata';
import { meets } from '@gakumon/mfa';
import type { Idp } from '../idp.ts';
import { type LoginLook, lookAtAuthenticators } from '../stepUp/lookAtLogin.ts';

/**
 * What a login says of itself in eduPersonAssurance, to an SP that wants it there: the URIs of the classes that what was
 * proved reaches now, whichever of them is asserted as the AuthnContext. What would be said is weighed against what the
 * person has now.
 * @throws GakumonError `store-unavailable`
 */
export async function assuranceOf(
  idp: Idp,
  look: LoginLook,
  { entityId }: ServiceProvider,
): Promise<readonly string[]> {
  if (!idp.settingsOf(entityId).assuranceAttribute) return [];
  return listReached(look).length === 0 ? [] : listReached(await lookAtAuthenticators(idp, look));
}

function listReached({ situation: { policy, now }, explained: { known } }: LoginLook): readonly string[] {
  if (known === undefined) return [];
  return policy.contexts
    .filter(({ isAssurance, requirement }) => isAssurance === true && meets(requirement, known, now) !== undefined)
    .map(({ uri }) => uri);
}
