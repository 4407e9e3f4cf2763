import type { SsoSession } from '../ports.ts';

/** When a session was last used, by a login or for a service; milliseconds. */
export function lastUseOf({ createdAt, facts, serviceProviders }: SsoSession): number {
  return Math.max(createdAt, ...facts.map(({ at }) => at), ...serviceProviders.map(({ at }) => at));
}
