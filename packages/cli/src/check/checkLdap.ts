import { type LdapDirectoryConfig, readLdapSettings } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { createLdapDirectory, findLockouts, findStandIn, type LdapSettings } from '@gakumon/directory';
import { type Clock, isGakumonError, reasonOf, type Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { attempt } from './attempt.ts';
import { checkSecretMode } from './checkKeys.ts';
import type { Finding } from './finding.ts';
import { judgeLockout } from './judgeLockout.ts';

type Surroundings = Pick<CliContext, 'clock' | 'env'>;

/** Every LDAP directory can be searched, each of its servers answers, and no stranger can lock its accounts from our login page. */
export async function checkLdap(config: Config, surroundings: Surroundings): Promise<readonly Finding[]> {
  const found = await Promise.all(
    config.directory.map((one) => (one.kind === 'ldap' ? checkOne(one, surroundings) : [])),
  );
  return found.flat();
}

async function checkOne(config: LdapDirectoryConfig, { env, clock }: Surroundings): Promise<readonly Finding[]> {
  const { name, ldap } = config;
  const findings = await attempt(
    'directory',
    async () => {
      const settings = await readLdapSettings(config, env);
      const troubles = await askServers(settings, clock);
      const lockouts = await findLockouts(settings, { clock });
      const message = `${name}: ${count(ldap.servers.length, 'LDAP server')}, ${describeEncryption(settings)}`;
      const judged = [...(await judgeStandIn(settings, clock)), ...judgeLockout(name, ldap.lockout, lockouts)];
      return [{ level: 'ok', about: 'directory', message }, ...troubles, ...judged];
    },
    'nobody of it gets in until one of its servers answers; directory[].ldap says where they are, and who searches',
  );
  const mode = ldap.bind === undefined ? [] : await checkSecretMode(ldap.bind.password).catch(() => []);
  // Each line begins with `directory` already
  return [...findings.map((one) => ({ ...one, message: one.message.replace(/^directory /, '') })), ...mode];
}

/** Nobody is called so; a directory that can be searched says that. */
const nobody = 'gakumon-check' as Username;

/**
 * Each server for itself, where one at least is as it should be.
 * @throws GakumonError `directory-unavailable` where none is
 */
async function askServers(settings: LdapSettings, clock: Clock): Promise<readonly Finding[]> {
  const directory = createLdapDirectory(settings, { clock });
  try {
    await directory.find(nobody);
    await directory.check?.();
    return [];
  } catch (error) {
    // Throws where that was the search
    await directory.find(nobody);
    const hint = 'the others answer in its place meanwhile';
    return [
      {
        level: 'warn',
        about: 'directory',
        message: isGakumonError(error) ? (error.detail ?? error.code) : reasonOf(error),
        hint,
      },
    ];
  } finally {
    await directory.close?.();
  }
}

/** Only as long as the server takes its password is it hashed, and strangers learn nothing by the time of an answer. */
async function judgeStandIn(settings: LdapSettings, clock: Clock): Promise<readonly Finding[]> {
  const { nobody } = settings.people;
  const state = await findStandIn(settings, { clock });
  if (nobody === undefined || state === undefined || state === 'ready') return [];
  const told = {
    unseen: 'is not there, or not to be seen by the one who searches',
    closed: 'is locked or closed: the server looks at no password of it',
  }[state];
  const hint = 'it must be an entry with a password, which no policy locks: docs/ldap.md';
  return [{ level: 'warn', about: 'directory', message: `${settings.name}: people.nobody, ${nobody}, ${told}`, hint }];
}

function describeEncryption({ servers, startTls }: LdapSettings): string {
  if (startTls || servers.every((url) => url.startsWith('ldaps:'))) return 'over TLS';
  return 'on this very machine, without TLS';
}
