import { escapeInvisible } from './escapeInvisible.ts';
import { openOutput } from './standardStreams.ts';

/**
 * Prints a JSON array, one element at a time, in the form that JSON.stringify gives the whole with an indent of two:
 * however long it is, only one element is in memory.
 * @throws GakumonError `file-unreadable` when nobody reads any more; what `items` throws
 */
export async function printJsonList(
  items: AsyncIterable<unknown>,
  write: (text: string) => Promise<void> = openOutput(),
): Promise<void> {
  let isEmpty = true;
  for await (const item of items) {
    const text = escapeInvisible(JSON.stringify(item, undefined, 2)).replaceAll('\n', '\n  ');
    await write(`${isEmpty ? '[' : ','}\n  ${text}`);
    isEmpty = false;
  }
  await write(isEmpty ? '[]\n' : '\n]\n');
}
