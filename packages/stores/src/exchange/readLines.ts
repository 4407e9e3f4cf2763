/**
 * Cuts octets into lines, without their ends; never keeps more than one line and one piece of the source.
 * @param longest octets that a line may have
 * @param refuse says that a line is longer
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  longest: number,
  refuse: (line: number, what: string) => never,
): AsyncGenerator<Buffer, undefined> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  let line = 1;
  const take = (piece: Uint8Array): void => {
    length += piece.length;
    if (length > longest) refuse(line, `is longer than ${longest} octets, which is the limit`);
    pieces.push(piece);
  };
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      take(chunk.subarray(from, end));
      yield Buffer.concat(pieces, length);
      pieces = [];
      length = 0;
      line += 1;
      from = end + 1;
    }
    // A copy: whoever gives the pieces may fill them again
    if (from < chunk.length) take(Uint8Array.from(chunk.subarray(from)));
  }
  if (length > 0) yield Buffer.concat(pieces, length);
}

const lineFeed = 0x0a;
