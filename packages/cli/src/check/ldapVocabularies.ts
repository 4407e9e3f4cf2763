import { readLdapSettings } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { type LdapVocabulary, readVocabulary } from '@gakumon/directory';
import { isGakumonError } from '@gakumon/terms';
import type { CliContext } from '../context.ts';

/** What each LDAP directory knows by name; one that cannot be asked is not among them: {@link checkLdap} tells of it. */
export type LdapVocabularies = ReadonlyMap<string, LdapVocabulary>;

/** Asks every LDAP directory for its schema and a few people, all at the same time. */
export async function readVocabularies(
  { directory }: Config,
  { env, clock }: Pick<CliContext, 'clock' | 'env'>,
): Promise<LdapVocabularies> {
  const read = await Promise.all(
    directory.map(async (one): Promise<[string, LdapVocabulary][]> => {
      if (one.kind !== 'ldap') return [];
      try {
        return [[one.name, await readVocabulary(await readLdapSettings(one, env), { clock })]];
      } catch (error) {
        if (isGakumonError(error)) return [];
        throw error;
      }
    }),
  );
  return new Map(read.flat());
}
