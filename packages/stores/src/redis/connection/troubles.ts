import { GakumonError, isGakumonError } from '@gakumon/terms';
import { ForeignValue } from '../storedValue.ts';

const protectedHint =
  'give its users passwords and close the user default, as deploy/redis.acl does; let it listen for the nodes (bind, and a firewall)';

/** What an operator is told of an answer of Redis, by its first word. */
const replies: readonly (readonly [pattern: RegExp, detail: string, hint?: string])[] = [
  [
    /^(WRONGPASS|NOAUTH)|invalid password|invalid username/,
    'refuses the user or the password',
    'compare the user and the password of stores.sessions with ACL LIST of the server',
  ],
  [/^DENIED/, 'takes connections from its own machine only (protected mode)', protectedHint],
  [
    /^NOPERM|user executing the script can't/,
    'does not permit what Gakumon does',
    'the user needs its keys and commands: ACL SETUSER … ~PREFIX* +@read +@write +@scripting +@connection -@dangerous (in a Cluster also +cluster|slots)',
  ],
  [/^READONLY/, 'is a replica, which takes no writes', 'name the master, or let Sentinels name it'],
  [/^OOM/, 'is full', 'raise maxmemory; sessions must not be evicted'],
  [/^LOADING/, 'still loads its data'],
  [/^MASTERDOWN/, 'is a replica that has lost its master'],
  [/^NOREPLICAS/, 'has too few replicas to take writes (min-replicas-to-write)'],
  [/^MISCONF/, 'can not save its data, and takes no writes', 'look for a full disk in the log of Redis'],
  [/^CLUSTERDOWN/, 'says that the Cluster is down', 'redis-cli --cluster check'],
  [/^BUSY /, 'is busy with a script'],
  [/max number of clients/, 'has too many clients', 'raise maxclients'],
];

/** What to do where nothing answers at this address. */
export const awayHint =
  'is it running there (systemctl status redis-server, its log), is the address in stores.sessions right, does a firewall let this machine through?';

/** What an operator is told of a connection that did not come about, by the code of the error. */
const failures: Readonly<Record<string, readonly [detail: string, hint?: string]>> = {
  ECONNREFUSED: ['is not there: the connection was refused', awayHint],
  ENOTFOUND: ['has a name that nobody knows', 'correct the host name, or the name service'],
  EAI_AGAIN: [
    'has a name that the name service does not answer for',
    'look at the network and the name service of this machine',
  ],
  EHOSTUNREACH: ['can not be reached', awayHint],
  ENETUNREACH: ['can not be reached', awayHint],
  ETIMEDOUT: ['does not answer', awayHint],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'has a certificate for another name',
    'use the name that the certificate bears, or have one made for this name',
  ],
  CERT_HAS_EXPIRED: ['has a certificate that has expired'],
  EPROTO: ['does not speak TLS', 'use redis:// or the TLS port of the server'],
};

/** OpenSSL's words for a certificate that no known CA signed. */
const unknownSigner = /^(UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT)/;

/**
 * An error as Redis answered it. Neither it nor what is made of it keeps ioredis' own error, on which the arguments of
 * the command hang: they are secrets.
 */
export class RedisRefusal extends Error {
  readonly address: string;
  /** The first word of the answer, also where a script met it. */
  readonly code: string;

  constructor(address: string, message: string) {
    // Redis quotes the arguments of what it does not know
    super(message.replace(/, with args beginning with.*$/s, ''));
    this.name = 'RedisRefusal';
    this.address = address;
    this.code = /(?:^|: -)([A-Z]{2,})\b/.exec(message)?.[1] ?? '';
  }
}

/** What an operator is told of whatever a command ended with. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof RedisRefusal)) return error;
  const { address, message, code } = error;
  const known = replies.find(([pattern]) => pattern.test(`${code} ${message}`));
  // A value of another type, or one that a script of ours could not read
  if (code === 'WRONGTYPE' || code === 'FOREIGN') {
    const detail = `Redis ${address} objects: ${message}`;
    return new GakumonError('store-unavailable', { detail, cause: new ForeignValue(detail) });
  }
  // The rest of it is a lecture
  const said = code === 'DENIED' ? 'DENIED' : message;
  return unavailable(`Redis ${address} ${known === undefined ? 'objects' : known[1]}: ${said}`, known?.[2]);
}

/** Why a connection could not be opened. */
export function describeFailure(address: string, isTls: boolean, error: unknown): unknown {
  const { code, message, name } = error as { code?: string; message: string; name?: string };
  if (name === 'ReplyError') return describeError(new RedisRefusal(address, message));
  if (code !== undefined && unknownSigner.test(code)) {
    return unavailable(
      `Redis ${address} has a certificate of an unknown CA (${code})`,
      'name the CA of Redis as tls.ca',
    );
  }
  if (isTls && code === 'ETIMEDOUT') {
    return unavailable(`Redis ${address} does not answer, or does not speak TLS (${code})`, failures.EPROTO?.[1]);
  }
  if (code === 'EPIPE') {
    const detail = `Redis ${address} hangs up unasked: it takes connections from its own machine only (protected mode), or wants TLS`;
    return unavailable(detail, protectedHint);
  }
  const known = code === undefined ? undefined : failures[code];
  if (known !== undefined) return unavailable(`Redis ${address} ${known[0]} (${code})`, known[1]);
  if (message === 'Command timed out') return unavailable(`Redis ${address} does not answer`, awayHint);
  if (/^Connection is closed\.|^Stream isn't writeable/.test(message) || code === 'ECONNRESET') {
    return unavailable(
      `Redis ${address} closes the connection`,
      'it may want TLS (rediss://), or not take connections from this machine (protected-mode, bind)',
    );
  }
  return unavailable(`Redis ${address}: ${message}`);
}

export const unavailable = (detail: string, hint?: string): GakumonError =>
  new GakumonError('store-unavailable', { detail, hint });

/** One error that says what each of several servers said, once. */
export function joinTroubles(troubles: readonly unknown[]): GakumonError {
  const known = troubles.filter(isGakumonError);
  const details = new Set(known.map(({ detail, message }) => detail ?? message));
  return unavailable([...details].join('; '), known.find(({ hint }) => hint !== undefined)?.hint);
}
