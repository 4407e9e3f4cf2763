import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GakumonError, seconds } from '@gakumon/terms';
import { createApp } from './createApp.ts';
import type { ServerOptions } from './door.ts';
import { type Balancers, createBalancers } from './http/balancers.ts';
import { answerBrokenRequest, maximumHeaderSize, refuseRequest } from './http/brokenRequest.ts';
import { protectiveHeaders } from './http/headers.ts';
import { createLog } from './log.ts';
import { signOnProbe } from './routes.ts';
import type { ServerParts } from './serverParts.ts';

export type ListenOptions = ServerOptions & {
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port?: number | undefined;
  /** How long a closing server waits for balancers to notice, milliseconds; ten seconds when undefined. */
  readonly noticeLimit?: number | undefined;
};

export type RunningServer = {
  /** Where it listens; behind a proxy people use the base URL instead. */
  readonly url: string;
  /** Lets balancers know, takes nothing new, finishes what was begun, and ends. */
  close(): Promise<void>;
};

/** How long a request that was begun may go on while the server closes. */
const patience = seconds(10);

/**
 * Opens the browser's door.
 * @throws GakumonError `port-taken`, `listen-failed`, `config-invalid`
 */
export async function startServer(parts: ServerParts, options: ListenOptions = {}): Promise<RunningServer> {
  const balancers = createBalancers(options.noticeLimit ?? seconds(10));
  let isClosing = false;
  const log = options.log ?? createLog();
  const standing = redWhen(() => isClosing, parts);
  const answer = createApp(standing, { ...options, log });
  const { own } = protectiveHeaders(parts.config.idp.baseUrl.startsWith('https:'));
  // Node's own answer to a request without Host would have none of our headers
  const server = createServer({ maxHeaderSize: maximumHeaderSize, requireHostHeader: false }, (request, response) => {
    if (isHostWrong(request)) refuseRequest(own, '400 Bad Request', response);
    else answer(request, response);
  });
  server.on('checkExpectation', (_request, response) => refuseRequest(own, '417 Expectation Failed', response));
  server.prependListener('request', ({ url, socket }: IncomingMessage) => {
    if (url === signOnProbe) balancers.asked(socket.remoteAddress ?? '');
  });
  server.on('clientError', (error, socket) => answerBrokenRequest(own, error, socket));
  // Longer than the idle time-out of common load balancers (60 s), which must be the first to hang up.
  server.keepAliveTimeout = seconds(65);
  server.headersTimeout = seconds(15);
  server.requestTimeout = seconds(30);
  const { host, port } = parts.config.listen;
  const url = await listen(server, options.host ?? host, options.port ?? port);
  const close = prepareClose(server, balancers);
  return {
    url,
    close: async () => {
      isClosing = true;
      await close();
      log.flush();
    },
  };
}

/** HTTP/1.1 asks for one Host, and to refuse what has none or several (RFC 9112 3.2). */
function isHostWrong({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts > 1 || (hosts === 0 && httpVersion !== '1.0');
}

/** A balancer must not send anybody to a node that is about to end. */
function redWhen(isClosing: () => boolean, parts: ServerParts): ServerParts {
  const { readiness } = parts;
  return {
    ...parts,
    readiness: {
      ...readiness,
      everything: async () => !isClosing() && (await readiness.everything()),
      signOn: async () => !isClosing() && (await readiness.signOn()),
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const code = cause.code === 'EADDRINUSE' ? 'port-taken' : 'listen-failed';
      reject(new GakumonError(code, { detail: `${host}:${port} (${cause.code})`, cause }));
    };
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}

function prepareClose(server: Server, balancers: Balancers): () => Promise<void> {
  let closing: Promise<void> | undefined;
  let isBegun = false;
  const unanswered = new Set<ServerResponse>();
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (isBegun) response.setHeader('Connection', 'close');
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
  });
  const close = async (): Promise<void> => {
    isBegun = true;
    for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
    // A request that a balancer is sending just now into a connection that is closed just now would be lost.
    await balancers.untilToldOff();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A connection whose answer was already on its way stays open for more; nothing more is taken.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const limit = setTimeout(() => server.closeAllConnections(), patience);
    await closed;
    clearInterval(sweep);
    clearTimeout(limit);
  };
  return () => {
    closing ??= close();
    return closing;
  };
}
