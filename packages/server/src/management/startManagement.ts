import { createServer, type RequestListener, type Server } from 'node:http';
import { seconds } from '@gakumon/terms';
import type { ServerParts } from '../serverParts.ts';
import { dropIdle } from './dropIdle.ts';
import { isOwnHost } from './isOwnHost.ts';

/** What a monitor's door stands on. */
export type ManagementParts = Pick<ServerParts, 'config' | 'metrics' | 'report'>;

export type RunningManagement = {
  /** Where the metrics are; undefined while its port is taken, or when there is none. */
  readonly url: string | undefined;
  close(): Promise<void>;
};

const metricsPath = '/metrics';

const mostConnections = 50;
/** Some are left for those that are being answered. */
const mostIdle = 40;

/**
 * Opens the monitor's door, `listen.management`. Never rejects: nobody's login depends on it. When its port is taken, such
 * as by the node that this one follows, the log says so and it is tried again.
 *
 * @param again how long until the next try, milliseconds
 */
export async function startManagement(parts: ManagementParts, again = seconds(10)): Promise<RunningManagement> {
  const { management } = parts.config.listen;
  if (management === 'off') return { url: undefined, close: async () => undefined };
  const { host, port } = management;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const server = createServer({ connectionsCheckingInterval: seconds(1) }, answerWith(parts, host));
  dropIdle(server, mostIdle);
  server.headersTimeout = seconds(5);
  server.requestTimeout = seconds(5);
  server.maxConnections = mostConnections;
  let timer: NodeJS.Timeout | undefined;

  const open = async (isFirst: boolean): Promise<void> => {
    const problem = await listen(server, host, port);
    if (problem !== undefined) {
      if (isFirst) tell(parts, 'warn', 'metrics are not served', { address, reason: problem });
      timer = setTimeout(() => void open(false), again).unref();
    } else if (!isFirst) {
      tell(parts, 'info', 'metrics are served', { address });
    }
  };
  await open(true);
  return {
    get url() {
      return server.listening ? `http://${address}${metricsPath}` : undefined;
    },
    close: async () => {
      clearTimeout(timer);
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function tell({ report }: ManagementParts, level: 'info' | 'warn', message: string, fields: Record<string, string>) {
  report({ level, message, fields });
}

/** @returns why it does not listen */
function listen(server: Server, host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const refuse = ({ message }: Error): void => resolve(message);
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      resolve(undefined);
    });
  });
}

function answerWith({ metrics, report }: ManagementParts, listensOn: string): RequestListener {
  return async (request, response) => {
    if (!isOwnHost(request.headers.host, listensOn)) {
      response.writeHead(421, { 'Content-Type': 'text/plain; charset=utf-8' }).end('ask by the address or localhost\n');
      return;
    }
    const isAsked = request.url === metricsPath && (request.method === 'GET' || request.method === 'HEAD');
    if (!isAsked) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`nothing but ${metricsPath}\n`);
      return;
    }
    try {
      const { contentType, text } = await metrics.read();
      response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(text);
    } catch (error) {
      report({ level: 'error', message: 'metrics could not be made', fields: { reason: String(error) } });
      response.writeHead(500).end();
    }
  };
}
