import type { Directory, Lockout } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';

/** The directories that a login name may be one of, in the order in which they are asked. */
export function directoriesFor(idp: Pick<Idp, 'directories'>, username: Username): readonly Directory[] {
  return idp.directories().filter((directory) => directory.mayKnow?.(username) ?? true);
}

/**
 * The strictest lock-out among the directories that may know a name, whichever of them does: where the limit of each name
 * were that of its own directory, guessing would tell strangers which names there are, and whose. Pure.
 */
export function lockoutFor(directories: readonly Pick<Directory, 'lockout'>[]): Lockout | undefined {
  const lockouts = directories.flatMap(({ lockout }) => lockout ?? []);
  if (lockouts.length === 0) return undefined;
  return {
    attempts: Math.min(...lockouts.map(({ attempts }) => attempts)),
    window: Math.max(...lockouts.map(({ window }) => window)),
  };
}
