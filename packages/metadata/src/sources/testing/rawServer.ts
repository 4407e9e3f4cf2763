import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach } from '@jest/globals';

/** What a server that minds no rules does with a question: says these octets and hangs up, or as it likes. */
export type RawAnswer = string | Buffer | ((socket: Socket, question: string) => void);

export type RawServer = {
  readonly url: string;
  /** The heads of the questions so far. */
  readonly questions: string[];
  answer: RawAnswer;
  readonly stop: () => Promise<void>;
};

const running: RawServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** Starts a server on 127.0.0.1 until the end of the test. */
export async function startRawServer(answer: RawAnswer, tls?: TlsOptions): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const questions: string[] = [];
  const listen = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', (octets) => {
      const question = octets.toString('latin1');
      questions.push(question);
      if (typeof server.answer === 'function') server.answer(socket, question);
      else socket.end(server.answer);
    });
  };
  const listener: Server = tls === undefined ? createTcpServer(listen) : createTlsServer(tls, listen);
  listener.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => listener.close(() => resolve()));
  };
  const server: RawServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/metadata.xml`,
    questions,
    answer,
    stop,
  };
  running.push(server);
  return server;
}

/** An answer by the rules. */
export function answerOf(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): Buffer {
  const all = {
    'Content-Type': 'application/samlmetadata+xml',
    'Content-Length': `${Buffer.from(body).length}`,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}
