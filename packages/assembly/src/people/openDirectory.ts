import type { DirectoryConfig } from '@gakumon/config';
import { createFileDirectory, type Directory } from '@gakumon/directory';
import type { DirectoryGround } from './openPeople.ts';

/** Opens one directory, whatever it is. */
export async function openDirectory(
  config: DirectoryConfig,
  { documents, queue, clock }: DirectoryGround,
): Promise<Directory> {
  const { name } = config;
  return createFileDirectory(name, documents.get(name) ?? (() => []), queue, clock);
}
