import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a form was posted from a page of ours, as the browser itself tells it; a second line of defence behind the CSRF token.
 * Sec-Fetch-Site is believed first (`none`: the person reloaded). A browser that sends neither header passes.
 * @param origin of the configured base URL
 */
export function isOwnPost(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || headers.origin === origin;
}

/** Whether a browser fetches a page ahead of need (Sec-Purpose). Answering such a visit would use up the login that it belongs to. */
export function isPrefetch(headers: IncomingHttpHeaders): boolean {
  const purpose = headers['sec-purpose'] ?? headers.purpose;
  return typeof purpose === 'string' && /\bprefetch\b/.test(purpose);
}
