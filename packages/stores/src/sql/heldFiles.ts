import { type Stats, statSync } from 'node:fs';
import { fileTrouble, GakumonError } from '@gakumon/terms';

/**
 * Remembers which files a connection holds open, the database's and its write-ahead log's. A file that is removed or
 * exchanged under an open connection still takes every write, and all of it is gone with the process: only a look at the
 * path shows it.
 * @param file of a database that is open in WAL mode and has been read
 * @returns looks at the paths again; throws `store-unavailable` while they lead elsewhere than at the beginning
 */
export function holdFiles(file: string): () => void {
  const held = [
    { path: file, advice: 'put it back, or restore the backup and restart' },
    { path: `${file}-wal`, advice: 'restart, so that what was written since is put into the database' },
  ].map(({ path, advice }) => ({ path, advice, identity: identityOf(statSync(path)) }));
  return () => {
    for (const { path, advice, identity } of held) {
      const trouble = troubleOf(path, identity);
      if (trouble === undefined) continue;
      throw new GakumonError('store-unavailable', {
        detail: `${path} ${trouble}; what is written now can be lost when Gakumon stops: ${advice}`,
      });
    }
  };
}

function troubleOf(path: string, identity: string): string | undefined {
  try {
    if (identityOf(statSync(path)) === identity) return undefined;
    return 'was exchanged for another file while it was in use';
  } catch (error) {
    return `${fileTrouble(error)}, and it was there when it was opened`;
  }
}

/** A number of an inode is not given to another file for as long as this one is open. */
const identityOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;
