import { closeSync, fdatasync, fsync, openSync, writevSync } from 'node:fs';
import { join } from 'node:path';

export const entitiesFileName = 'entities';

/** Written at once when so much has come together. */
const together = 524_288;
/** Handed to the disk beside the work when so much was written, so that little is left to wait for at the end. */
const handedOver = 33_554_432;

/** The file that takes canonical octets. */
export type EntitiesFile = {
  /** Takes octets, which stay as they are until they are written. */
  readonly write: (octets: Uint8Array) => void;
  /** Writes what is waiting. */
  readonly flush: () => void;
  /** Writes what is left; fulfilled when all of it is on the disk. */
  readonly finish: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** @throws the error of the file system, when there is one of that name already, too */
export function createEntitiesFile(directory: string): EntitiesFile {
  const descriptor = openSync(join(directory, entitiesFileName), 'wx', 0o600);
  let waiting: Uint8Array[] = [];
  let size = 0;
  let sinceHandedOver = 0;
  let handing: Promise<unknown> = Promise.resolve();

  function handOver(): void {
    sinceHandedOver = 0;
    // What goes wrong here goes wrong at the end once more, where it counts.
    const step = new Promise((resolve) => fdatasync(descriptor, resolve));
    handing = Promise.all([handing, step]);
  }

  function writeWaiting(): void {
    if (size === 0) return;
    writeAll(descriptor, waiting);
    sinceHandedOver += size;
    waiting = [];
    size = 0;
    if (sinceHandedOver >= handedOver) handOver();
  }

  return {
    write: (octets) => {
      waiting.push(octets);
      size += octets.length;
      if (size >= together) writeWaiting();
    },
    flush: writeWaiting,
    finish: async () => {
      writeWaiting();
      await handing;
      await new Promise<void>((resolve, reject) => {
        fsync(descriptor, (error) => (error === null ? resolve() : reject(error)));
      });
    },
    close: async () => {
      await handing;
      closeSync(descriptor);
    },
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
