/** Takes text in small and large parts. */
export type Utf8Writer = {
  readonly add: (text: string) => void;
  /** Hands on what there is so far. @returns the octets that were handed on in all */
  readonly flush: () => number;
  /** Hands on what is left. */
  readonly finish: () => void;
};

/** A message is smaller than this, and is encoded once. */
const smallDocument = 16_384;
/** Parts shorter than this are put together first; a longer one costs more to put together than to write. */
const longPart = 512;
const togetherAtMost = 2048;
const pieceSize = 32_768;

/**
 * Encodes text that comes in parts.
 * @param write gets UTF-8 in pieces of its own, to be kept or not
 */
export function createUtf8Writer(write: (bytes: Uint8Array) => void): Utf8Writer {
  let text = '';
  let piece: Buffer | undefined;
  let used = 0;
  /** What of the piece was handed on; the rest of it is still to be filled. */
  let given = 0;
  let total = 0;

  function give(octets: Uint8Array): void {
    total += octets.length;
    write(octets);
  }

  function giveUsed(): void {
    if (piece === undefined || used === given) return;
    const octets = piece.subarray(given, used);
    given = used;
    give(octets);
  }

  function handOn(): void {
    giveUsed();
    piece = undefined;
    used = 0;
    given = 0;
  }

  function encode(part: string): void {
    const most = 3 * part.length;
    if (piece !== undefined && used + most > pieceSize) handOn();
    if (most > pieceSize) give(Buffer.from(part, 'utf8'));
    else {
      piece ??= Buffer.allocUnsafeSlow(pieceSize);
      used += piece.write(part, used);
    }
  }

  function spill(): void {
    if (text !== '') encode(text);
    text = '';
  }

  let add = (part: string): void => {
    text += part;
    if (text.length < smallDocument) return;
    spill();
    add = addToLarge;
  };

  function addToLarge(part: string): void {
    if (part.length >= longPart) {
      spill();
      encode(part);
    } else {
      text += part;
      if (text.length >= togetherAtMost) spill();
    }
  }

  return {
    add: (part) => add(part),
    flush: () => {
      spill();
      add = addToLarge;
      giveUsed();
      return total;
    },
    finish: () => {
      if (piece === undefined && text !== '') give(Buffer.from(text, 'utf8'));
      else spill();
      text = '';
      handOn();
    },
  };
}
