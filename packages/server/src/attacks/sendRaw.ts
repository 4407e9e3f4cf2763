import { request } from 'node:http';
import type { RawRequest } from './attack.ts';

export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly setCookie: readonly string[];
  readonly body: string;
};

/** Sends a request octet for octet, and reads the answer even when it comes before all was sent. Redirects are followed on our own site. */
export async function sendRaw(baseUrl: string, raw: RawRequest): Promise<RawAnswer> {
  const answer = await exchangeRaw(baseUrl, raw);
  const { location } = answer.headers;
  if (answer.status !== 303 || location === undefined) return answer;
  const cookie = [...cookiesAfter(raw.headers?.cookie ?? '', answer.setCookie)]
    .map((pair) => pair.join('='))
    .join('; ');
  return exchangeRaw(baseUrl, { method: 'GET', path: location, headers: cookie === '' ? {} : { cookie } });
}

/** The cookies of a browser after an answer: those it sent, and those it was given. */
function cookiesAfter(sent: string, given: readonly string[]): ReadonlyMap<string, string> {
  const pairs = [...sent.split('; '), ...given.map((line) => line.split(';')[0] ?? '')].filter((pair) => pair !== '');
  return new Map(pairs.map((pair): [string, string] => [pair.replace(/=.*/s, ''), pair.replace(/^[^=]*=/, '')]));
}

function exchangeRaw(baseUrl: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      method,
      path,
      headers: { 'accept-language': 'en', ...headers },
      agent: false,
    });
    let isAnswered = false;
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        outgoing.destroy();
        const single = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: Object.fromEntries(single),
          setCookie: incoming.headers['set-cookie'] ?? [],
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.on('error', (error) => {
      if (!isAnswered) reject(error);
    });
    outgoing.end(body);
  });
}
