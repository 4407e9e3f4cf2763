import type { IncomingMessage } from 'node:http';

/** The request target as the client wrote it. Express shortens `url` where a part of the door is mounted, and keeps this. */
export function addressOf(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '';
}

/** Cuts a request target (RFC 9112 section 3.2) at the first `?`; nothing is decoded. A proxy's `http://host/path` is its path. */
export function splitAddress(target: string): { readonly path: string; readonly rawQuery: string } {
  const address = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*(?=[/?#]|$)/i, '');
  const cut = address.indexOf('?');
  return cut === -1
    ? { path: address, rawQuery: '' }
    : { path: address.slice(0, cut), rawQuery: address.slice(cut + 1) };
}
