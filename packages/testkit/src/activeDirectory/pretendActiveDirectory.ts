import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '@gakumon/terms';
import { afterAll } from '@jest/globals';
import { makeRedisCertificate } from '../rigs/redisTls.ts';
import { type AdPolicy, createAdAccounts } from './adAccounts.ts';
import { type AdHouse, speakLdap } from './adConnection.ts';
import { type AdEntry, createAdStore } from './adStore.ts';

export type PretendActiveDirectoryOptions = {
  /** The top of its domain; it is made as an entry. */
  readonly base: string;
  readonly entries: readonly AdEntry[];
  readonly policy?: Partial<AdPolicy>;
  /** Who may reset the passwords of others, by DN. */
  readonly resetters?: readonly string[];
  /** No simple bind without TLS, as domain controllers have it today; `true` when left out and there is TLS. */
  readonly requiresTls?: boolean;
  /** Speaks LDAPS on a second port, and StartTLS on the first. */
  readonly tls?: boolean;
  /** MaxPageSize: more entries come only in pages. */
  readonly pageSize?: number;
  readonly clock?: Clock;
};

/** A small LDAP server that answers as AD does. */
export type PretendActiveDirectory = {
  /** `ldap://127.0.0.1:PORT`. */
  readonly url: string;
  /** `ldaps://127.0.0.1:PORT`; undefined without TLS. */
  readonly secureUrl: string | undefined;
  /** PEM of the CA of its certificate; undefined without TLS. */
  readonly ca: string | undefined;
  /** Makes an entry, or puts it in the place of another. */
  put(entry: AdEntry): void;
  remove(dn: string): void;
  /** The values of an attribute as they are kept. */
  read(dn: string, attribute: string): readonly string[];
  /** `bind DN`, `search BASE`, `modify DN`: all that it was asked, the oldest first. */
  readonly asked: string[];
  stop(): Promise<void>;
};

const minute = 60_000;
const day = 86_400_000;
const usualPolicy: AdPolicy = {
  lockoutThreshold: 5,
  lockoutWindow: 10 * minute,
  lockoutDuration: 10 * minute,
  maxPasswordAge: 90 * day,
  minPasswordAge: day,
  minPasswordLength: 8,
  passwordHistory: 5,
};

const running: PretendActiveDirectory[] = [];
afterAll(async () => {
  for (const server of running.splice(0)) await server.stop();
});

/** Starts one on free loopback ports; the last test of the file stops it. */
export async function pretendActiveDirectory(options: PretendActiveDirectoryOptions): Promise<PretendActiveDirectory> {
  const { base, clock = Date.now, pageSize = 1000 } = options;
  const policy = { ...usualPolicy, ...options.policy };
  const store = createAdStore([domainOf(base, policy), ...options.entries]);
  const asked: string[] = [];
  const secrets = options.tls ? await makeSecrets() : undefined;
  const house: AdHouse = {
    tree: { base, store, accounts: createAdAccounts(store, policy, clock), pageSize },
    policy,
    clock,
    resetters: options.resetters ?? [],
    requiresTls: options.requiresTls ?? secrets !== undefined,
    tls: secrets?.tls,
    note: (operation, dn) => void asked.push(`${operation} ${dn}`),
  };
  const doors = [await open(createServer(), 'connection', (socket) => speakLdap(house, socket, false))];
  if (secrets !== undefined)
    doors.push(
      await open(createTlsServer(secrets.tls), 'secureConnection', (socket) => speakLdap(house, socket, true)),
    );
  const [plain, secure] = doors;
  const directory: PretendActiveDirectory = {
    url: `ldap://127.0.0.1:${plain?.port}`,
    secureUrl: secure && `ldaps://127.0.0.1:${secure.port}`,
    ca: secrets?.ca,
    asked,
    put: store.put,
    remove: store.remove,
    read: (dn, attribute) => (store.find(dn)?.attributes.get(attribute.toLowerCase())?.values ?? []).map(String),
    stop: async () => void (await Promise.all(doors.map((door) => door.close()))),
  };
  running.push(directory);
  return directory;
}

/** The top of a domain holds its policy; durations are negative, in steps of 100 ns. */
function domainOf(dn: string, policy: AdPolicy): AdEntry {
  const steps = (milliseconds: number): string => String(-milliseconds * 10_000);
  return {
    dn,
    attributes: {
      objectClass: ['top', 'domain', 'domainDNS'],
      lockoutThreshold: String(policy.lockoutThreshold),
      lockOutObservationWindow: steps(policy.lockoutWindow),
      lockoutDuration: steps(policy.lockoutDuration),
      maxPwdAge: steps(policy.maxPasswordAge),
      minPwdAge: steps(policy.minPasswordAge),
      minPwdLength: String(policy.minPasswordLength),
      pwdHistoryLength: String(policy.passwordHistory),
    },
  };
}

async function makeSecrets() {
  const { ca, files } = await makeRedisCertificate({});
  const [cert, key] = [await readFile(files.certificate, 'utf8'), await readFile(files.key, 'utf8')];
  return { ca, tls: { cert, key } };
}

type Door = { readonly port: number; close(): Promise<void> };

function open(
  server: Server,
  event: 'connection' | 'secureConnection',
  speak: (socket: Socket) => void,
): Promise<Door> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  server.on(event, speak);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve({ port: address.port, close });
    });
  });
}
