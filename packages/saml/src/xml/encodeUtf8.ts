/** Takes text in small and large parts. */
export type Utf8Writer = {
  readonly add: (text: string) => void;
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

  function handOn(): void {
    if (piece !== undefined && used > 0) write(piece.subarray(0, used));
    piece = undefined;
    used = 0;
  }

  function encode(part: string): void {
    const most = 3 * part.length;
    if (piece !== undefined && used + most > pieceSize) handOn();
    if (most > pieceSize) write(Buffer.from(part, 'utf8'));
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
    finish: () => {
      if (piece === undefined && text !== '') write(Buffer.from(text, 'utf8'));
      else spill();
      text = '';
      handOn();
    },
  };
}
