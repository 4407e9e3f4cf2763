import type { DirectoryConfig } from '@gakumon/config';
import { createFileDirectory, createGuestDirectory, createLdapDirectory, type Directory } from '@gakumon/directory';
import { noGuests } from '../guests/noGuests.ts';
import { createSealedGuests } from '../guests/sealedGuests.ts';
import type { DirectoryGround } from './openPeople.ts';
import { readLdapSettings } from './readLdapSettings.ts';

/** Opens one directory, whatever it is. */
export async function openDirectory(
  config: DirectoryConfig,
  { documents, env, records, queue, clock }: DirectoryGround,
): Promise<Directory> {
  const { name } = config;
  if (config.kind === 'ldap') return createLdapDirectory(await readLdapSettings(config, env), { clock });
  if (config.kind === 'guests') {
    const guests = records === undefined ? noGuests : createSealedGuests(records.sealed, records.keys);
    return createGuestDirectory(name, { records: guests, queue, clock });
  }
  return createFileDirectory(name, documents.get(name) ?? (() => []), queue, clock);
}
