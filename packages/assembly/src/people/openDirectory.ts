import type { DirectoryConfig } from '@gakumon/config';
import { createFileDirectory, type Directory, type HashingQueue } from '@gakumon/directory';
import type { PeopleGround } from './openPeople.ts';

/** Opens one directory, whatever it is. */
export async function openDirectory(
  config: DirectoryConfig,
  { documents, queue }: PeopleGround & { readonly queue: HashingQueue },
): Promise<Directory> {
  const { name } = config;
  return createFileDirectory(name, documents.get(name) ?? (() => []), queue);
}
