import type { DirectoryConfig } from '@gakumon/config';
import { createFileDirectory, createGuestDirectory, type Directory } from '@gakumon/directory';
import { noGuests } from '../guests/noGuests.ts';
import { createSealedGuests } from '../guests/sealedGuests.ts';
import type { DirectoryGround } from './openPeople.ts';

/** Opens one directory, whatever it is. */
export async function openDirectory(
  config: DirectoryConfig,
  { documents, records, queue, clock }: DirectoryGround,
): Promise<Directory> {
  const { name } = config;
  if (config.kind === 'guests') {
    const guests = records === undefined ? noGuests : createSealedGuests(records.sealed, records.keys);
    return createGuestDirectory(name, { records: guests, queue, clock });
  }
  return createFileDirectory(name, documents.get(name) ?? (() => []), queue, clock);
}
