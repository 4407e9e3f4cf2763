import type { ServiceProviderUse, ServiceProviderUses } from '@gakumon/metadata';
import { hours } from '@gakumon/terms';

/** Who was used within this time counts as used lately, for the guard and for people. */
const lately = hours(24 * 90);

/** Whom people here used lately. @param now milliseconds */
export function listLastUses(
  uses: Pick<ServiceProviderUses, 'listSince'>,
  now: number,
): Promise<readonly ServiceProviderUse[]> {
  return uses.listSince(now - lately);
}
