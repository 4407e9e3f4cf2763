import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isLoopbackHost } from '@gakumon/terms';
import type { LdapSettings } from '../settings.ts';
import { readStartTlsAnswer, startTlsRequest } from './startTlsMessages.ts';

/** How a server is reached. */
export type SocketSettings = Pick<LdapSettings, 'startTls' | 'ca'> & {
  /** `ldap://` or `ldaps://` with host and port. */
  readonly url: string;
  /** Milliseconds for everything until requests can be sent. */
  readonly connectTimeout: number;
};

/**
 * Opens a connection, with TLS before anything is said where it is asked for.
 * @throws Error that says why there is none; also when passwords would cross a network in the clear
 */
export async function openSocket(settings: SocketSettings): Promise<Socket> {
  const { protocol, host, port } = parseServerUrl(settings.url);
  const encrypted = protocol === 'ldaps:' || settings.startTls;
  if (!encrypted && !isLoopbackHost(host)) throw new Error('passwords would cross the network in the clear');
  const opened = new Set<Socket>();
  const follow = <S extends Socket>(socket: S): S => {
    opened.add(socket);
    // Errors are told where somebody waits; one that comes when nobody does must not end the process
    return socket.on('error', () => {});
  };
  const secure = async (plain?: Socket): Promise<Socket> =>
    until(follow(connectTls(tlsOptions(settings, { host, port }, plain))), 'secureConnect');
  const open = async (): Promise<Socket> => {
    if (protocol === 'ldaps:') return secure().catch(explainPlain);
    const plain = await until(follow(connect({ host, port, noDelay: true })), 'connect');
    if (!settings.startTls) return plain;
    await askForTls(plain);
    return secure(plain);
  };
  try {
    const socket = await within(settings.connectTimeout, open());
    return socket.setKeepAlive(true, 30_000);
  } catch (error) {
    for (const socket of opened) socket.destroy();
    throw error;
  }
}

/** What a port says to TLS on which something else is spoken. */
function explainPlain(error: Error): never {
  if (!/wrong version number|packet length|record/i.test(error.message)) throw error;
  const message = `no TLS is spoken on this port: name that of ldaps (636), or write ldap:// and startTls: true (${error.message.trim()})`;
  throw new Error(message, { cause: error });
}

/** Host and port of a server, with the usual ports of RFC 4516 where none is named. */
function parseServerUrl(url: string): { protocol: string; host: string; port: number } {
  const { protocol, hostname, port } = new URL(url);
  const usual = protocol === 'ldaps:' ? 636 : 389;
  return { protocol, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) };
}

function tlsOptions({ ca }: SocketSettings, { host, port }: { host: string; port: number }, plain?: Socket) {
  // A name only: servers are not asked for by address (RFC 6066, section 3)
  const name = isIP(host) === 0 ? { servername: host } : {};
  return {
    host,
    ...(plain === undefined ? { port } : { socket: plain }),
    ...(ca === undefined ? {} : { ca }),
    ...name,
  };
}

function until<S extends Socket>(socket: S, event: 'connect' | 'secureConnect'): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      socket.removeListener(event, arrived).removeListener('error', failed).removeListener('close', closed);
      end();
    };
    const arrived = (): void => settle(() => resolve(socket));
    const failed = (error: Error): void => settle(() => reject(error));
    const closed = (): void => settle(() => reject(new Error('it closed the connection')));
    socket.once(event, arrived).once('error', failed).once('close', closed);
  });
}

/** Asks for TLS, and reads nothing but the answer. */
function askForTls(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (end: () => void): void => {
      socket.removeListener('data', take).removeListener('error', failed).removeListener('close', closed).pause();
      end();
    };
    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const answer = readStartTlsAnswer(received);
      if (answer.kind === 'ready') settle(resolve);
      if (answer.kind === 'refused') settle(() => reject(new Error(answer.reason)));
    };
    const failed = (error: Error): void => settle(() => reject(error));
    const closed = (): void => settle(() => reject(new Error('it closed the connection')));
    socket.on('data', take).once('error', failed).once('close', closed);
    socket.write(startTlsRequest);
  });
}

/** Waits so many milliseconds for an answer. @throws Error when they are over */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
