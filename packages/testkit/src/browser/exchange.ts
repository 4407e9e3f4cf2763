import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export type Headers = Readonly<Record<string, string>>;
export type Exchange = {
  readonly status: number;
  /** Lower-case names; repeated ones joined by `, `. */
  readonly headers: Headers;
  readonly setCookie: readonly string[];
  readonly body: Buffer;
};

/** One HTTP request and its answer, with every header as given: node:http, since fetch forbids or changes some. */
export function exchange(
  url: URL,
  options: { readonly method: string; readonly headers: Headers; readonly body?: string; readonly ca?: string },
): Promise<Exchange> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: options.method,
        headers: { ...options.headers },
        agent: false,
        ...(options.ca ? { ca: options.ca } : {}),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
            ),
            setCookie: incoming.headers['set-cookie'] ?? [],
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}
