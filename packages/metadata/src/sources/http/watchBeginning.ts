import { refuseHtml } from './judgeAnswer.ts';
import type { Refuse } from './refusal.ts';

const length = 512;
/** Each comment can be read in one way only: with two, a row of them would take for ever. */
const html =
  /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->)[\s\S]){0,200}-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]/i;
const packed: readonly (readonly [string, string])[] = [
  ['\x1f\x8b', 'gzip'],
  ['PK\x03\x04', 'zip'],
  ['BZh', 'bzip2'],
  ['\xfd7zXZ', 'xz'],
];

/**
 * Lets a document through unless its beginning tells that it is none.
 * @throws GakumonError `metadata-fetch` for an HTML page, a packed file, and nothing at all
 */
export async function* watchBeginning(pieces: AsyncIterable<Uint8Array>, refuse: Refuse): AsyncGenerator<Uint8Array> {
  let first: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (first === undefined) {
      yield piece;
      continue;
    }
    first = Buffer.concat([first, piece]);
    if (first.length < length) continue;
    requireMetadata(first, refuse);
    yield first;
    first = undefined;
  }
  if (first === undefined) return;
  requireMetadata(first, refuse);
  yield first;
}

function requireMetadata(first: Buffer, refuse: Refuse): void {
  if (first.length === 0) throw refuse('the answer is empty');
  const text = first
    .subarray(0, length)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  if (html.test(text)) throw refuseHtml(refuse);
  const format = packed.find(([magic]) => text.startsWith(magic))?.[1];
  if (format === undefined) return;
  throw refuse(`the answer is a ${format} file, not metadata`, {
    hint: 'only HTTP may pack a document (Content-Encoding: gzip): use the address of the XML itself, or unpack it and load the file',
  });
}
