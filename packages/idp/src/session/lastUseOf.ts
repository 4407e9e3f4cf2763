import type { SsoSession } from '../ports.ts';

/** When a session was last used, by a login or for a service; milliseconds. */
export function lastUseOf(session: SsoSession): number {
  return Math.max(...usesOf(session));
}

/** When it was used, as far as it is known: of each service the last time. */
export function usesOf({ createdAt, facts, serviceProviders }: SsoSession): readonly number[] {
  return [createdAt, ...facts.map(({ at }) => at), ...serviceProviders.map(({ at }) => at)];
}
