import { type Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { type Agent as HttpsAgent, request as requestHttps } from 'node:https';

export type Asking = {
  readonly agent: HttpAgent | HttpsAgent;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds, for the whole. */
  readonly within: number;
};

/** Octets; what is known of one person is a small part of it. */
export const longestAnswer = 1_048_576;
const longestHead = 16_384;

/**
 * Asks an address for JSON. Redirects are not followed: the headers may hold a secret, which is for this server only.
 * @returns its value; undefined for 404, 204 and an empty answer: nothing is known
 * @throws Error in words for the operator, or the error of the system
 */
export async function askUrl(url: URL, asking: Asking): Promise<unknown> {
  const signal = AbortSignal.timeout(asking.within);
  try {
    return await readAnswer(await openAnswer(url, asking, signal));
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${asking.within} ms`, { cause: error });
    throw error;
  }
}

function openAnswer(url: URL, asking: Asking, signal: AbortSignal, isRepeat = false): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    agent: asking.agent,
    method: 'GET',
    headers: { 'User-Agent': 'gakumon', ...asking.headers, Accept: 'application/json', 'Accept-Encoding': 'identity' },
    insecureHTTPParser: false,
    maxHeaderSize: longestHead,
    signal,
  });
  request.once('response', resolve);
  request.on('error', (error: NodeJS.ErrnoException) => {
    // A server may hang up a connection that waits, at the very moment when it is used again
    const isOld = request.reusedSocket && error.code === 'ECONNRESET' && !isRepeat;
    if (isOld) resolve(openAnswer(url, asking, signal, true));
    else reject(error);
  });
  request.end();
  return promise;
}

async function readAnswer(answer: IncomingMessage): Promise<unknown> {
  const { statusCode = 0, headers } = answer;
  const isKnown = statusCode === 200;
  if (!isKnown && statusCode !== 404 && statusCode !== 204) {
    answer.destroy();
    throw new Error(explainStatus(statusCode));
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    answer.destroy();
    throw new Error('the answer is packed, which was not asked for');
  }
  const octets = await readBounded(answer);
  return isKnown && octets.length > 0 ? parseJson(octets) : undefined;
}

function explainStatus(status: number): string {
  if (status === 401 || status === 403) return `it lets nobody in with these headers (HTTP ${status})`;
  if (status >= 300 && status < 400) return `it leads elsewhere, which is not followed (HTTP ${status})`;
  return `HTTP ${status}`;
}

async function readBounded(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let octets = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    octets += piece.length;
    if (octets > longestAnswer) {
      answer.destroy();
      throw new Error(`the answer has more than ${longestAnswer} octets`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What the parser complains of may hold a piece of what is known of somebody, so it is not told. */
function parseJson(octets: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets));
  } catch {
    throw new Error('the answer is not JSON in UTF-8');
  }
}
