import type { Door, Visit } from '../door.ts';
import type { HeaderList } from './headers.ts';

/** How a body is written: text as UTF-8, or text whose every character stands for one byte, which costs less to send. */
export type BodyEncoding = 'utf8' | 'latin1';

/**
 * Sends a whole answer: the one way out of this door, for pages, files and machines alike.
 * @param kind what the protective headers depend on
 * @param headers besides those; what was set on the response before, such as a cookie, goes along
 */
export function sendAnswer(
  door: Door,
  { requestId, response }: Visit,
  status: number,
  kind: 'own' | 'leaving',
  headers: HeaderList,
  body: string | Buffer,
  encoding: BodyEncoding = 'utf8',
): void {
  const length = encoding === 'latin1' ? body.length : Buffer.byteLength(body);
  response.writeHead(status, [
    ...door.headers[kind],
    'X-Request-Id',
    requestId,
    ...headers,
    'Content-Length',
    String(length),
  ]);
  // Text goes out in one piece with the headers.
  response.end(body, encoding);
}

const plain: HeaderList = ['Cache-Control', 'no-store', 'Content-Type', 'text/plain; charset=utf-8'];

/** Sends a line for machines. */
export function sendText(door: Door, visit: Visit, status: number, text: string): void {
  sendAnswer(door, visit, status, 'own', plain, text);
}

/**
 * Sends the browser to another address of ours, by GET.
 * @param address a path with its query, all of it ASCII
 */
export function redirect(door: Door, visit: Visit, address: string): void {
  sendAnswer(door, visit, 303, 'own', ['Cache-Control', 'no-store', 'Location', address], '');
}
