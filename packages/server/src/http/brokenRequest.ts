import type { Duplex } from 'node:stream';
import { languages } from '@gakumon/terms';
import { errorMessages } from '../messages/index.ts';

/** Room for the longest query that a message by HTTP-Redirect may have, and for cookies beside it; bytes. */
export const maximumHeaderSize = 81_920;

/**
 * Answers what is no HTTP, or has headers without end: nothing of it was read, so that the page is the same for all, in
 * every language. Without this a browser would show a blank page.
 */
export function answerBrokenRequest(error: Error, socket: Duplex): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, about] = refusals[code ?? ''] ?? (['400 Bad Request', 'request-encoding'] as const);
  const texts = languages.map((language) => {
    const { title, text, next } = errorMessages[language][about];
    return `<section lang="${language}"><h1>${title}</h1><p>${text}</p><p>${next}</p></section>`;
  });
  const page = `<!doctype html><html><head><meta charset="utf-8"><title>${status}</title></head><body>${texts.join('')}<p><a href="/">/</a></p></body></html>`;
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(page)}`,
    "Content-Security-Policy: default-src 'none'",
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${page}`);
}

const refusals: Readonly<Record<string, readonly [string, 'request-too-large' | 'request-encoding']>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'request-too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-encoding'],
};
