import { GakumonError } from '@gakumon/terms';

/**
 * Decodes UTF-8 that comes in pieces of any size, strictly. What TextDecoder itself does with pieces takes ten times as
 * long as what it does with whole text, so a character that is cut in two is kept here until its rest has come.
 * The mark at the start is left in: the parser takes one away, and a second one is not white space.
 * @returns a function to call with each piece, and with nothing at the end
 * @throws GakumonError `xml-encoding` from that function
 */
export function createUtf8Decoder(): (bytes: Uint8Array | undefined) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest: Uint8Array = new Uint8Array();

  function take(bytes: Uint8Array): Uint8Array {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const cut = lengthOfWholeCharacters(all);
    rest = cut === all.length ? new Uint8Array() : Uint8Array.from(all.subarray(cut));
    return all.subarray(0, cut);
  }

  return (bytes) => {
    try {
      return decoder.decode(bytes === undefined ? rest : take(bytes));
    } catch {
      throw new GakumonError('xml-encoding', { detail: 'not UTF-8' });
    }
  };
}

/** Without a character at the end whose rest may be still to come. Whether all is well-formed, others judge. */
function lengthOfWholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return back < lengthOf(byte) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function lengthOf(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  return firstByte >= 0xe0 ? 3 : 2;
}
