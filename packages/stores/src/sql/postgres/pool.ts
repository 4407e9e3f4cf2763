import { startDeadline } from './deadline.ts';
import type { PostgresHosts } from './hosts.ts';
import type { PostgresConnection, PostgresLimits } from './postgresConnection.ts';

/** Connections that are kept, and the line of those who wait for one. */
export type PostgresPool = {
  /** @throws HostsUnavailable, or PoolExhausted when too many wait or one has waited too long */
  acquire(): Promise<PostgresConnection>;
  release(connection: PostgresConnection): void;
  /** Takes nothing new, and closes each connection when it comes back. */
  close(): Promise<void>;
};

export type PoolLimits = {
  /** Connections at most. */
  readonly size: number;
  /** How many may wait at once; whoever comes then is refused at once, so that a server that is away makes no pile. */
  readonly waiting: number;
  /** How long one may wait, milliseconds. */
  readonly waitMs: number;
};

/** All connections are taken, and stay so for too long. */
export class PoolExhausted extends Error {}

/** So long nobody tries anew what has just failed, milliseconds. */
const restMs = 100;

type Waiter = { resolve(connection: PostgresConnection): void; reject(error: unknown): void };

export function createPostgresPool(hosts: PostgresHosts, limits: PostgresLimits, bounds: PoolLimits): PostgresPool {
  const idle: PostgresConnection[] = [];
  const waiting = new Set<Waiter>();
  const ends = new Set<() => void>();
  let taken = 0;
  let dialling = 0;
  let failed: { readonly at: number; readonly error: unknown } | undefined;
  let isClosed = false;

  const isResting = () => failed !== undefined && performance.now() - failed.at < restMs;
  const isGood = (connection: PostgresConnection) => connection.lost() === undefined && hosts.isInUse(connection.host);
  const hasNone = () => taken === 0 && !idle.some(isGood);

  const takeIdle = (): PostgresConnection | undefined => {
    // The last that came back is the warmest
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (isGood(connection)) return connection;
      void connection.close();
    }
    return undefined;
  };

  const serve = (): void => {
    for (const waiter of waiting) {
      const connection = takeIdle();
      if (connection === undefined) break;
      taken += 1;
      waiter.resolve(connection);
    }
    while (!isClosed && !isResting() && dialling < waiting.size && taken + idle.length + dialling < bounds.size) dial();
  };

  const dial = (): void => {
    dialling += 1;
    hosts.connect(limits).then(
      (connection) => {
        dialling -= 1;
        failed = undefined;
        putBack(connection);
      },
      (error: unknown) => {
        dialling -= 1;
        failed = { at: performance.now(), error };
        // Others may still bring one back
        if (hasNone()) for (const waiter of waiting) waiter.reject(error);
        setTimeout(serve, restMs + 1).unref();
        goOn();
      },
    );
  };

  const putBack = (connection: PostgresConnection): void => {
    if (connection.lost() !== undefined) hosts.doubt(connection.host);
    // One that still is in a transaction would take the next statements into it
    if (isClosed || connection.isInTransaction() || !isGood(connection)) {
      void connection.close();
    } else {
      idle.push(connection);
    }
    goOn();
  };

  const goOn = (): void => {
    serve();
    if (taken + dialling === 0) for (const end of ends) end();
  };

  const wait = (): Promise<PostgresConnection> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        cancel();
        waiting.delete(waiter);
      };
      const waiter: Waiter = {
        resolve(connection) {
          leave();
          resolve(connection);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      const cancel = startDeadline(bounds.waitMs, () => {
        const state = `${taken} are taken, ${dialling} do not stand yet`;
        waiter.reject(new PoolExhausted(`no connection was to be had within ${bounds.waitMs} ms: ${state}`));
      });
      waiting.add(waiter);
      serve();
    });

  return {
    async acquire() {
      if (isClosed) throw new PoolExhausted('the connections were closed');
      if (isResting() && hasNone()) throw failed?.error;
      const connection = waiting.size === 0 ? takeIdle() : undefined;
      if (connection !== undefined) {
        taken += 1;
        return connection;
      }
      if (waiting.size >= bounds.waiting)
        throw new PoolExhausted(`${waiting.size} calls wait for a connection already`);
      return wait();
    },
    release(connection) {
      taken -= 1;
      putBack(connection);
    },
    async close() {
      isClosed = true;
      for (const waiter of waiting) waiter.reject(new PoolExhausted('the connections were closed'));
      const closing = idle.splice(0).map((connection) => connection.close());
      if (taken + dialling > 0) await new Promise<void>((resolve) => ends.add(resolve));
      await Promise.all(closing);
    },
  };
}
