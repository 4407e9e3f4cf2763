import { Command, Redis, type RedisOptions } from 'ioredis';
import { describeFailure } from './troubles.ts';

export type RedisEndpoint = {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: { readonly ca: string | undefined } | undefined;
};

/** What a server says of itself; a field is empty where it does not. */
export type Greeting = {
  readonly version: string;
  readonly mode: 'standalone' | 'sentinel' | 'cluster' | '';
  readonly role: 'master' | 'replica' | '';
};

/** One TCP connection to one Redis server, from its greeting to its end; it is never dialled again. */
export type RedisClient = {
  readonly address: string;
  readonly greeting: Greeting;
  /**
   * Commands of one turn of the event loop go out in one write; answers come in the order of the commands.
   * @throws ioredis' ReplyError, or another Error when the connection ends before the answer
   */
  send(name: string, args: readonly (string | number)[]): Promise<unknown>;
  /** When the oldest command that has no answer yet was sent, as of `performance.now()`. */
  waitingSince(): number | undefined;
  /**
   * Ends the commands that were sent until then and have no answer yet, with {@link lateAnswer}.
   * @returns when the oldest of the others was sent
   */
  giveUpOn(until: number): number | undefined;
  /** Ends the connection at once, and with it every command that waits for its answer. */
  drop(): void;
  /** Called once, when the connection has ended for whatever reason. */
  onEnd(listener: () => void): void;
};

/** What a command ends with that was given up on. */
export const lateAnswer = new Error('late');

/** A command whose time the line watches: a timer for each would be 20 times as many timers as are needed. */
class WatchedCommand extends Command {
  readonly since = performance.now();
  override setTimeout(): void {}
}

/**
 * Connects and logs in.
 * @param patienceMs for each step of it
 * @param signal gives up at once
 * @throws GakumonError `store-unavailable` that says why it can't be reached, never the password
 */
export async function dialRedis(
  endpoint: RedisEndpoint,
  patienceMs: number,
  signal: AbortSignal,
): Promise<RedisClient> {
  const address = addressOf(endpoint);
  const redis = new Redis(optionsOf(endpoint, patienceMs));
  const drop = (): void => dropRedis(redis);
  let failure: unknown;
  // Said before anything is asked, which ioredis takes for nobody's answer
  redis.once('connect', () =>
    redis.stream?.once('data', (chunk: Buffer | string) => {
      const [denied] = /^-DENIED [^\r\n]*/.exec(String(chunk)) ?? [];
      if (denied !== undefined) failure = Object.assign(new Error(denied.slice(1)), { name: 'ReplyError' });
    }),
  );
  // Kept for good: ioredis prints an error that nobody listens to, and goes on with the wrong database
  redis.on('error', (error) => {
    failure ??= error;
    drop();
  });
  signal.addEventListener('abort', drop);
  try {
    await redis.connect();
    const greeting = await greet(redis);
    signal.throwIfAborted();
    return describeClient(redis, address, greeting);
  } catch (error) {
    drop();
    throw describeFailure(address, endpoint.tls !== undefined, failure ?? error);
  } finally {
    signal.removeEventListener('abort', drop);
  }
}

/** HELLO needs no permission, unlike INFO and ROLE; some that speak for Redis don't know it. */
async function greet(redis: Redis): Promise<Greeting> {
  // For CLIENT LIST; who may not have a name has none
  redis.call('CLIENT', 'SETNAME', 'gakumon').catch(() => {});
  const answer = await redis.call('HELLO').catch((error: Error) => {
    if (/^ERR unknown command/.test(error.message)) return [];
    throw error;
  });
  const list = answer as readonly unknown[];
  const field = (name: string): string => String(list[list.indexOf(name) + 1 || list.length] ?? '');
  return {
    version: field('version'),
    mode: field('mode') as Greeting['mode'],
    role: field('role') as Greeting['role'],
  };
}

function dropRedis(redis: Redis): void {
  // What has ended would get a timer that nothing clears
  if (redis.status === 'end' || redis.stream?.destroyed) return;
  redis.disconnect();
  // A server that stands still never answers the end of a stream
  redis.stream?.destroy();
}

/** In a Cluster: the slot of the first key of a command; undefined when it has none. */
export const slotOf = (name: string, args: readonly (string | number)[]): number | undefined =>
  new Command(name, args as (string | number)[]).getSlot() ?? undefined;

export const addressOf = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Every queue and every retry of ioredis is off: a command is sent once, to a server that is there, or not at all. */
function optionsOf(endpoint: RedisEndpoint, patienceMs: number): RedisOptions & { replyMapping: 'legacy' } {
  const { host, port, database, username, password, tls } = endpoint;
  return {
    host,
    port,
    db: database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls: tls.ca === undefined ? {} : { ca: tls.ca } }),
    protocol: 2,
    replyMapping: 'legacy',
    lazyConnect: true,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    disableClientInfo: true,
  };
}

function describeClient(redis: Redis, address: string, greeting: Greeting): RedisClient {
  let corked = false;
  const uncork = (): void => {
    corked = false;
    redis.stream.uncork();
  };
  return {
    address,
    greeting,
    send(name, args) {
      if (!corked && redis.status === 'ready') {
        corked = true;
        redis.stream.cork();
        setImmediate(uncork);
      }
      // ioredis makes other things of the answers to names in small letters
      const command = new WatchedCommand(name.toUpperCase(), args as (string | number)[], { replyEncoding: 'utf8' });
      redis.sendCommand(command);
      return command.promise;
    },
    waitingSince: () => (redis.commandQueue.peekFront()?.command as WatchedCommand | undefined)?.since,
    giveUpOn(until) {
      for (let index = 0; index < redis.commandQueue.length; index += 1) {
        const command = redis.commandQueue.peekAt(index)?.command as WatchedCommand;
        if (command.since > until) return command.since;
        if (!command.isSettled) command.reject(lateAnswer);
      }
      return undefined;
    },
    drop: () => dropRedis(redis),
    onEnd(listener) {
      if (redis.status === 'end') process.nextTick(listener);
      else redis.once('end', listener);
    },
  };
}
