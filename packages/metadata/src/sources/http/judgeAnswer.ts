import type { IncomingHttpHeaders } from 'node:http';
import { quoteUntrusted } from '@gakumon/terms';
import type { FetchLimits } from './fetchLimits.ts';
import type { Refuse } from './refusal.ts';
import { parseRetryAfter } from './retryAfter.ts';
import { type HttpValidators, readValidators } from './validators.ts';

/** The head of an answer. */
export type AnswerHead = { readonly status: number; readonly headers: IncomingHttpHeaders };

export type JudgedAnswer =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'document';
      readonly encoding: 'gzip' | 'identity';
      /** Octets on the wire, when the server says so. */
      readonly total: number | undefined;
      readonly validators: HttpValidators;
    };

export type Question = {
  readonly address: URL;
  readonly isConditional: boolean;
  readonly limits: FetchLimits;
  /** Milliseconds. */
  readonly now: number;
  readonly refuse: Refuse;
};

/**
 * Judges an answer by its head: only 200 with one document, whole, as it is or packed once with gzip; or 304 to a
 * conditional question.
 * @throws GakumonError `metadata-fetch`
 */
export function judgeAnswer({ status, headers }: AnswerHead, question: Question): JudgedAnswer {
  if (status === 304 && question.isConditional) return { kind: 'unchanged' };
  if (status !== 200) throw refuseStatus(status, headers, question);
  const { limits, refuse } = question;
  const type = (headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
  if (type === 'text/html' || type === 'application/xhtml+xml') throw refuseHtml(refuse);
  const total = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  if (total !== undefined && total > limits.wire) {
    throw refuse(`the document has ${total} octets, more than the ${limits.wire} that are allowed`);
  }
  return { kind: 'document', encoding: readEncoding(headers, refuse), total, validators: readValidators(headers) };
}

export function refuseHtml(refuse: Refuse): Error {
  const hint = 'the address leads to a page for people, or a proxy on the way asks for something: open it in a browser';
  return refuse('the answer is an HTML page, not metadata', { hint });
}

function readEncoding(headers: IncomingHttpHeaders, refuse: Refuse): 'gzip' | 'identity' {
  const written = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (written === '' || written === 'identity') return 'identity';
  if (written === 'gzip' || written === 'x-gzip') return 'gzip';
  throw refuse(`Content-Encoding ${quoteUntrusted(written)} was not asked for: gzip, once, is all that is accepted`);
}

function refuseStatus(status: number, headers: IncomingHttpHeaders, { address, now, refuse }: Question): Error {
  const retryAfter = parseRetryAfter(headers['retry-after'], now);
  const [what, hint] = describeStatus(status, headers, address);
  return refuse(`${what} (HTTP ${status})`, { status, retryAfter, hint });
}

function describeStatus(
  status: number,
  { location }: IncomingHttpHeaders,
  address: URL,
): readonly [what: string, hint?: string] {
  if (status === 304) return ['"not modified", though nothing was said to be known'];
  if (status >= 300 && status < 400) return describeRedirect(location, address);
  if (status === 204) return ['the answer is empty'];
  if (status === 206) return ['a part only, though the whole was asked for', 'a cache or proxy on the way is broken'];
  if (status === 401 || status === 403 || status === 407)
    return ['the server lets nobody in', 'is it for members only?'];
  if (status === 404 || status === 410)
    return ['there is nothing there', 'compare it with what the federation publishes'];
  if (status === 429) return ['the server was asked too often'];
  if (status >= 500) return ['the server has trouble of its own'];
  return ['the server answers something else than a document'];
}

function describeRedirect(location: string | undefined, address: URL): readonly [string, string?] {
  if (location === undefined || !URL.canParse(location, address)) return ['redirects nowhere'];
  const target = quoteUntrusted(new URL(location, address).href, 300);
  return [
    `redirects to ${target}, and redirects are not followed`,
    `if that is where the federation publishes now, put ${target} into the configuration as the address`,
  ];
}
