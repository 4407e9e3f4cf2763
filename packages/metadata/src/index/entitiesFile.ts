import { closeSync, fsyncSync, openSync, writevSync } from 'node:fs';
import { join } from 'node:path';

export const entitiesFileName = 'entities';

/** Written at once when so much has come together. */
const together = 1_048_576;

/** The file that takes canonical octets. */
export type EntitiesFile = {
  readonly write: (octets: Uint8Array) => void;
  /** Writes what is left, and returns when all of it is on the disk. */
  readonly finish: () => void;
  readonly close: () => void;
};

/** @throws the error of the file system, when there is one of that name already, too */
export function createEntitiesFile(directory: string): EntitiesFile {
  const descriptor = openSync(join(directory, entitiesFileName), 'wx', 0o600);
  let waiting: Uint8Array[] = [];
  let size = 0;

  function writeWaiting(): void {
    writeAll(descriptor, waiting);
    waiting = [];
    size = 0;
  }

  return {
    write: (octets) => {
      waiting.push(octets);
      size += octets.length;
      if (size >= together) writeWaiting();
    },
    finish: () => {
      writeWaiting();
      fsyncSync(descriptor);
    },
    close: () => closeSync(descriptor),
  };
}

function writeAll(descriptor: number, pieces: readonly Uint8Array[]): void {
  let at = 0;
  let skipped = 0;
  while (at < pieces.length) {
    const [first = new Uint8Array(), ...rest] = pieces.slice(at);
    let written = skipped + writevSync(descriptor, [first.subarray(skipped), ...rest]);
    for (let piece = pieces[at]; piece !== undefined && written >= piece.length; piece = pieces[++at]) {
      written -= piece.length;
    }
    skipped = written;
  }
}
