import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GakumonError, seconds } from '@gakumon/terms';
import { createApp } from './createApp.ts';
import type { ServerOptions } from './door.ts';
import { answerBrokenRequest, maximumHeaderSize } from './http/brokenRequest.ts';
import type { ServerParts } from './serverParts.ts';

export type ListenOptions = ServerOptions & {
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port?: number | undefined;
};

export type RunningServer = {
  /** Where it listens; behind a proxy people use the base URL instead. */
  readonly url: string;
  /** Takes nothing new, finishes what was begun, and ends. */
  close(): Promise<void>;
};

/** How long a request that was begun may go on while the server closes. */
const patience = seconds(10);

/**
 * Opens the browser's door.
 * @throws GakumonError `port-taken`, `listen-failed`, `config-invalid`
 */
export async function startServer(parts: ServerParts, options: ListenOptions = {}): Promise<RunningServer> {
  let isClosing = false;
  const app = createApp(
    redWhen(() => isClosing, parts),
    options,
  );
  const server = createServer({ maxHeaderSize: maximumHeaderSize }, app);
  server.on('clientError', answerBrokenRequest);
  // Longer than the idle time-out of common load balancers (60 s), which must be the first to hang up.
  server.keepAliveTimeout = seconds(65);
  server.headersTimeout = seconds(15);
  server.requestTimeout = seconds(30);
  const { host, port } = parts.config.listen;
  const url = await listen(server, options.host ?? host, options.port ?? port);
  const close = prepareClose(server);
  return {
    url,
    close: () => {
      isClosing = true;
      return close();
    },
  };
}

/** A balancer must not send anybody to a node that is about to end. */
function redWhen(isClosing: () => boolean, parts: ServerParts): ServerParts {
  const { readiness } = parts;
  return {
    ...parts,
    readiness: {
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

function prepareClose(server: Server): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const unanswered = new Set<ServerResponse>();
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (closing !== undefined) response.setHeader('Connection', 'close');
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
  });
  const close = async (): Promise<void> => {
    for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
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
