import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readRegularFile } from '@gakumon/files';
import { fileTrouble, GakumonError, isGakumonError } from '@gakumon/terms';

const pause = 50;
/** As long as a secret may be that is read, octets. */
const longestFile = 65_536;

/**
 * Changes a file that holds secrets, at once and for good: whoever reads it sees the old text or the new one, and so does
 * who comes after a power failure. Of two that change it together the second sees what the first wrote. Only its owner
 * can read it, and its group if that could before.
 * @param patience how long to wait for another one who is changing it, milliseconds
 * @throws GakumonError `file-held` when that was not enough; `file-unreadable`; what `change` throws
 */
export async function changeFile(path: string, change: (text: string) => string, patience = 5000): Promise<void> {
  try {
    // What a symbolic link leads to is changed, not the link.
    await changeHeld(await realpath(path), change, performance.now() + patience);
  } catch (cause) {
    if (isGakumonError(cause)) throw cause;
    throw new GakumonError('file-unreadable', { detail: `${path} ${fileTrouble(cause)}`, cause });
  }
}

async function changeHeld(file: string, change: (text: string) => string, deadline: number): Promise<void> {
  // The one who made it is the one who may change the file; renaming it ends that and takes effect in one step.
  const fresh = `${file}.new`;
  const handle = await create(fresh, file, deadline);
  try {
    await write(handle, file, change((await readRegularFile(file, longestFile)).toString('utf8')));
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(file));
}

async function create(fresh: string, file: string, deadline: number): Promise<FileHandle> {
  try {
    return await open(fresh, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (performance.now() > deadline) {
      throw new GakumonError('file-held', {
        detail: `${fresh} is there: another command is changing ${file}, or one was killed while it did`,
        hint: `if there is no other, remove ${fresh} and try again`,
      });
    }
    await delay(pause);
    return create(fresh, file, deadline);
  }
}

async function write(handle: FileHandle, file: string, text: string): Promise<void> {
  const { uid, gid, mode } = await stat(file);
  const own = await handle.stat();
  // A server of another user must be able to read it as before.
  if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid);
  await handle.chmod(0o600 | (mode & 0o040));
  await handle.writeFile(text);
  await handle.sync();
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
