import type { LdapConfig } from '@gakumon/config';
import type { FoundLockout } from '@gakumon/directory';
import { hours } from '@gakumon/terms';
import type { Finding } from './finding.ts';

/**
 * Whether fewer wrong passwords are passed on than lock an account (law 11): what the configuration says of the directory's
 * lock-out, beside what the directory itself says of it. Pure.
 * @param found policies that can be seen; others may be hidden
 */
export function judgeLockout(
  directory: string,
  said: LdapConfig['lockout'],
  found: readonly FoundLockout[],
): readonly Finding[] {
  const warn = (message: string, hint: string): Finding => ({
    level: 'warn',
    about: 'directory',
    message: `${directory}: ${message}`,
    hint,
  });
  if (said === undefined && found.length === 0) return [warn(unsaid, unsaidHint)];
  const strict = found.filter((one) => !isBelow(said, one));
  return strict.map((one) =>
    warn(
      `${one.dn} locks an account ${describe(one)}, and ${says(said)}: strangers could lock accounts from the login page`,
      `${advise(one)} in ldap of this directory`,
    ),
  );
}

const unsaid = 'nothing is said about its lock-out, and none can be seen';
const unsaidHint =
  'lockout: { attempts: 5, window: PT10M }, as the directory has it, keeps strangers from locking accounts; lockout: none says that it locks none';

/** As many as are said to lock, at least as soon, and counted for at least as long. */
function isBelow(said: LdapConfig['lockout'], { attempts, window }: FoundLockout): boolean {
  if (said === undefined || said === 'none') return false;
  return said.attempts <= attempts && said.window >= (window ?? longest);
}

/** A wrong password that is never forgotten: as good as never is enough. */
const longest = hours(24);

const describe = ({ attempts, window }: FoundLockout): string =>
  `after ${attempts} wrong passwords ${window === undefined ? 'since the last right one' : `in ${Math.ceil(window / 1000)} s`}`;

function says(said: LdapConfig['lockout']): string {
  if (said === undefined) return 'lockout is not said';
  if (said === 'none') return 'lockout says none';
  return `lockout says ${said.attempts} in ${said.window / 1000} s`;
}

const advise = ({ attempts, window = longest }: FoundLockout): string =>
  `lockout: { attempts: ${Math.max(2, attempts)}, window: PT${Math.ceil(window / 1000)}S }`;
