import { request as requestHttp } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { isLoopbackHost } from '@gakumon/terms';
import { explainFailure } from './explainFailure.ts';
import { longestHead } from './fetchLimits.ts';
import type { Refuse } from './refusal.ts';

export type TunnelOptions = {
  /** PEM; undefined: those that the machine knows. */
  readonly authorities: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly refuse: Refuse;
};

/** The proxy that leads to an address; undefined where the way is direct: nobody else reaches this very machine. */
export function proxyTo(address: URL, proxy: string | undefined): URL | undefined {
  return proxy === undefined || isLoopbackHost(address.hostname) ? undefined : new URL(proxy);
}

/**
 * Has a proxy lead to an https address (RFC 9110 9.3.6), and agrees on TLS with the server behind it; the proxy sees the
 * name of the host, and how much goes to and fro. Node's own agent does it too, but no signal ends its waiting and no
 * limit its reading.
 * @throws GakumonError `metadata-fetch`
 */
export async function openTunnel(address: URL, proxy: URL, options: TunnelOptions): Promise<TLSSocket> {
  const { authorities, signal, refuse } = options;
  const socket = await connectThrough(address, proxy, options);
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  if (signal.aborted) socket.destroy();
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const tls = connectTls({
    socket,
    host,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  });
  return new Promise((resolve, reject) => {
    tls.once('error', (error) => reject(explainFailure(error, refuse)));
    tls.once('close', () => reject(refuse('the connection ended before TLS was agreed on')));
    tls.once('secureConnect', () => resolve(tls));
  });
}

function connectThrough(address: URL, proxy: URL, { signal, refuse }: TunnelOptions): Promise<Socket> {
  const target = `${address.hostname}:${address.port || 443}`;
  return new Promise((resolve, reject) => {
    const request = requestHttp(proxy, {
      agent: false,
      insecureHTTPParser: false,
      maxHeaderSize: longestHead,
      method: 'CONNECT',
      path: target,
      headers: { Host: target },
      signal,
    });
    request.once('error', (error) => reject(explainFailure(error, refuse)));
    request.once('connect', ({ statusCode = 0 }, socket: Socket, early) => {
      if (statusCode === 200 && early.length === 0) return resolve(socket);
      socket.destroy();
      reject(
        statusCode === 200 ? refuse('the proxy says more than it was asked for') : refuseByProxy(statusCode, refuse),
      );
    });
    request.end();
  });
}

/** Without the status in its data: it is not the server that says there is no such document. */
export function refuseByProxy(status: number, refuse: Refuse): Error {
  if (status === 407) {
    return refuse('the proxy wants a user and a password (HTTP 407)', {
      hint: 'none are sent: ask whoever runs the proxy to let this machine through by its address',
    });
  }
  return refuse(`the proxy does not lead there (HTTP ${status})`, {
    hint: 'ask whoever runs the proxy to allow this host and port, and compare metadata.proxy',
  });
}
