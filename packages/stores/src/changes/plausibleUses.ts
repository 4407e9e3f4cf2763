import type { ServiceProviderUse } from '@gakumon/metadata';
import { hours } from '@gakumon/terms';

/** Service providers that are used once a year are told from those that nobody uses; milliseconds. */
export const useKept = hours(24 * 400);

/** No time is beyond it. One number that JavaScript would round would make every list fail. */
export const furthestUse = 2 ** 52;

/** SAML Core 8.3.6. Cut short it would be the name of another one. */
const longestEntityId = 1024;

/** One use of each, the newest, in an order that all nodes share: two that write the same ones at once never deadlock. */
export function newestUses(uses: readonly ServiceProviderUse[]): readonly ServiceProviderUse[] {
  const newest = new Map<string, number>();
  for (const { entityId, at } of uses) {
    if (isPlausible(entityId, at)) newest.set(entityId, Math.max(at, newest.get(entityId) ?? 0));
  }
  return [...newest].map(([entityId, at]) => ({ entityId, at })).sort((a, b) => compare(a.entityId, b.entityId));
}

/** What PostgreSQL cannot keep is the name of nobody. */
function isPlausible(entityId: string, at: number): boolean {
  const isName = entityId.length <= longestEntityId && entityId.isWellFormed() && !entityId.includes('\0');
  return isName && Number.isSafeInteger(at) && at >= 0 && at <= furthestUse;
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
