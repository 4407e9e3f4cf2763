import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { languages } from '@gakumon/terms';
import { errorMessages } from '../messages/index.ts';
import type { HeaderList } from './headers.ts';

/** Room for the longest query that a message by HTTP-Redirect may have, and for cookies beside it; bytes. */
export const maximumHeaderSize = 81_920;

/**
 * Answers what is no HTTP, or has headers without end: nothing of it was read, so that the page is the same for all, in
 * every language. Without this a browser would show a blank page.
 * @param headers the protective ones
 */
export function answerBrokenRequest(headers: HeaderList, error: Error, socket: Duplex): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, about] = refusals[code ?? ''] ?? (['400 Bad Request', 'request-encoding'] as const);
  const page = writePage(status, about);
  const head = [`HTTP/1.1 ${status}`];
  const lines = [...headers, ...refusalHeaders(page), 'Connection', 'close'];
  for (let at = 0; at < lines.length; at += 2) head.push(`${lines[at]}: ${lines[at + 1]}`);
  socket.end(`${head.join('\r\n')}\r\n\r\n${page}`);
}

/**
 * Answers in the same way what is HTTP, and that node would refuse with an answer of its own: no Host or several, an
 * expectation that is not ours, a protocol to change to.
 */
export function refuseRequest(headers: HeaderList, status: BrokenStatus, response: ServerResponse): void {
  const page = writePage(status, 'request-encoding');
  response.shouldKeepAlive = false;
  response.writeHead(Number.parseInt(status, 10), [...headers, ...refusalHeaders(page)]);
  response.end(page);
}

export type BrokenStatus = '400 Bad Request' | '417 Expectation Failed';

function refusalHeaders(page: string): HeaderList {
  return [
    'X-Request-Id',
    randomUUID(),
    'Content-Type',
    'text/html; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(page)),
    'Cache-Control',
    'no-store',
  ];
}

function writePage(status: string, about: 'request-too-large' | 'request-encoding'): string {
  const texts = languages.map((language) => {
    const { title, text, next } = errorMessages[language][about];
    return `<section lang="${language}"><h1>${title}</h1><p>${text}</p><p>${next}</p></section>`;
  });
  return `<!doctype html><html><head><meta charset="utf-8"><title>${status}</title></head><body>${texts.join('')}<p><a href="/">/</a></p></body></html>`;
}

const refusals: Readonly<Record<string, readonly [string, 'request-too-large' | 'request-encoding']>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'request-too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-encoding'],
};
