import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that has one document, as a federation's does. */
export type DocumentServer = {
  readonly url: string;
  /** What it answers from now on. */
  put(body: string, type?: string): void;
  /** The status of each answer so far. */
  readonly answers: readonly number[];
  close(): Promise<void>;
};

export async function startDocumentServer(): Promise<DocumentServer> {
  let body = '';
  let type = '';
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
    const isKnown = request.headers['if-none-match'] === etag;
    answers.push(isKnown ? 304 : 200);
    if (isKnown) response.writeHead(304, { ETag: etag }).end();
    else response.writeHead(200, { 'Content-Type': type, ETag: etag }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/federation.xml`,
    put: (next, as = 'application/samlmetadata+xml') => {
      body = next;
      type = as;
    },
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
