import type { KnownVersion } from '@gakumon/directory';
import type { AuthenticationFact } from '@gakumon/mfa';

/**
 * The version of the password that was proved last. Who changed it on another node a moment ago has proved one that this
 * node's memory does not know yet: without asking anew the new login would fall as if its password were the old one.
 * @returns undefined where none was proved, or the directory tells no version
 */
export function provedVersion(facts: readonly AuthenticationFact[]): KnownVersion | undefined {
  const versions = facts
    .toSorted((one, other) => one.at - other.at)
    .flatMap(({ passwordVersion }) => passwordVersion ?? []);
  const passwordVersion = versions.at(-1);
  return passwordVersion === undefined ? undefined : { passwordVersion };
}
