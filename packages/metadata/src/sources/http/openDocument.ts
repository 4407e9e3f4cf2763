import type { IncomingMessage } from 'node:http';
import { requireWebAddress } from './address.ts';
import { createDeadlines, type Deadlines } from './deadlines.ts';
import { documentFetchLimits, type FetchLimits } from './fetchLimits.ts';
import { judgeAnswer } from './judgeAnswer.ts';
import { openAnswer } from './openAnswer.ts';
import { proxyTo } from './proxy.ts';
import { readBody } from './readBody.ts';
import { type Refuse, refusalOf } from './refusal.ts';
import { conditionsOf, type HttpValidators } from './validators.ts';

export type DocumentQuestion = {
  readonly url: string;
  /** What is known of the last answer; with any of it the question is a conditional one. */
  readonly validators?: HttpValidators | undefined;
  /** For an aggregate when not given. */
  readonly limits?: FetchLimits | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the octets that came over the wire so far, and those in all where the server tells. */
  readonly onProgress?: ((octets: number, total: number | undefined) => void) | undefined;
  /** Milliseconds; only for a Retry-After that names an instant. */
  readonly now: number;
  /** PEM certificates of CAs to believe; those that the machine knows when not given. */
  readonly authorities?: readonly string[] | undefined;
  /** The address of an HTTP proxy, such as `http://proxy.example.ac.jp:3128`; never used for this machine itself. */
  readonly proxy?: string | undefined;
};

export type Pieces = AsyncIterableIterator<Uint8Array> & { readonly return: () => Promise<IteratorResult<Uint8Array>> };

export type OpenedDocument =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'document';
      /** Unpacked, once, in constant memory. Whoever does not read them to the end calls `return()`. */
      readonly pieces: Pieces;
      /** Octets on the wire, packed or not, when the server says so. */
      readonly total: number | undefined;
      readonly validators: HttpValidators;
    };

const headers = {
  Accept: 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.8',
  'Accept-Encoding': 'gzip',
  'User-Agent': 'gakumon',
};

/**
 * Asks a server for a metadata document, by http or https, without following redirects and without a cookie or a
 * connection that outlives it. A server can make it neither wait nor hold more than the limits say.
 *
 * @throws GakumonError `metadata-address`; `metadata-fetch` with `data.status` when the server refused, and `retryAfterOf`
 * when it says when to come back; `interrupted` when the signal was aborted. The pieces throw the last two as well
 */
export async function openDocument(question: DocumentQuestion): Promise<OpenedDocument> {
  const address = requireWebAddress(question.url);
  const proxy = proxyTo(address, question.proxy);
  const refuse = refusalOf(address, proxy);
  const deadlines = createDeadlines(question.limits ?? documentFetchLimits, refuse, question.signal);
  try {
    return await ask(question, { address, proxy, deadlines, refuse });
  } catch (error) {
    deadlines.end();
    throw error;
  }
}

type Exchange = {
  readonly address: URL;
  readonly proxy: URL | undefined;
  readonly deadlines: Deadlines;
  readonly refuse: Refuse;
};

async function ask(
  question: DocumentQuestion,
  { address, proxy, deadlines, refuse }: Exchange,
): Promise<OpenedDocument> {
  const { validators = {}, limits = documentFetchLimits, onProgress, now, authorities } = question;
  const conditions = conditionsOf(validators);
  const isConditional = Object.keys(conditions).length > 0;
  const answer = await openAnswer(address, {
    headers: { ...headers, ...conditions },
    authorities,
    proxy,
    deadlines,
    refuse,
  });
  try {
    const head = { status: answer.statusCode ?? 0, headers: answer.headers };
    const judged = judgeAnswer(head, { address, isConditional, limits, now, refuse });
    if (judged.kind === 'unchanged') {
      closeAnswer(answer, deadlines);
      return judged;
    }
    const { encoding, total } = judged;
    const tell = onProgress && ((octets: number) => onProgress(octets, total));
    deadlines.enter('idle');
    const body = readBody(answer, { encoding, limits, deadlines, refuse, onProgress: tell });
    return { ...judged, pieces: endedByReturn(body, () => closeAnswer(answer, deadlines)) };
  } catch (error) {
    closeAnswer(answer, deadlines);
    throw error;
  }
}

function closeAnswer(answer: IncomingMessage, deadlines: Deadlines): void {
  deadlines.end();
  answer.destroy();
}

/** A generator that was not begun runs nothing when it is returned, so that its exchange would go on. */
function endedByReturn(body: AsyncGenerator<Uint8Array>, close: () => void): Pieces {
  const pieces: Pieces = {
    next: () => body.next(),
    return: () => {
      close();
      return body.return(undefined);
    },
    [Symbol.asyncIterator]: () => pieces,
  };
  return pieces;
}
