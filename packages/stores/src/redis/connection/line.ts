import { setTimeout as pause } from 'node:timers/promises';
import { isGakumonError } from '@gakumon/terms';
import type { RedisClient } from './redisClient.ts';
import { RedisRefusal, unavailable } from './troubles.ts';

/**
 * The way to one server, or to whoever is the master now. While the server is well it is one connection. A command that
 * has no answer in time ends it, and every command that waits behind: none of them would be answered sooner, and what
 * they hold is let go. From then on commands are refused at once, until a new connection says that the server is well.
 */
export type Line = {
  /** Undefined while the server is away. */
  address(): string | undefined;
  /** @throws GakumonError `store-unavailable`, or RedisRefusal as Redis answered it */
  call(name: string, args: readonly (string | number)[]): Promise<unknown>;
  /** Takes the server for lost, and looks for it anew. */
  suspect(reason: unknown): void;
  /** Ends it at once; what waits for an answer is refused. */
  close(): void;
};

export type LineOptions = {
  /** Opens a connection to a server that is well. @throws GakumonError `store-unavailable` */
  readonly dial: (signal: AbortSignal) => Promise<RedisClient>;
  /** How long a command may wait for its answer, milliseconds. */
  readonly patienceMs: number;
  /** Between two attempts to find a server that is away, milliseconds. */
  readonly probeMs: number;
};

/** Opens a line. @throws GakumonError `store-unavailable` when the first connection does not come about */
export async function openLine(options: LineOptions): Promise<Line> {
  const closing = new AbortController();
  const first = await options.dial(closing.signal);
  return holdLine(options, first, closing);
}

function holdLine({ dial, patienceMs, probeMs }: LineOptions, first: RedisClient, closing: AbortController): Line {
  let current: RedisClient | undefined;
  let trouble: unknown;
  let watch: NodeJS.Timeout | undefined;

  const adopt = (client: RedisClient): void => {
    current = client;
    client.onEnd(() => lose(client, unavailable(`Redis ${client.address} closed the connection`)));
  };

  const lose = (client: RedisClient, reason: unknown): void => {
    if (current !== client) return;
    current = undefined;
    trouble = reason;
    clearTimeout(watch);
    watch = undefined;
    client.drop();
    if (!closing.signal.aborted) void findAgain();
  };

  const findAgain = async (): Promise<void> => {
    const { signal } = closing;
    while (!signal.aborted) {
      try {
        adopt(await dial(signal));
        return;
      } catch (error) {
        trouble = error;
      }
      await pause(probeMs, undefined, { signal }).catch(() => {});
    }
  };

  /** One timer watches all commands, since they are answered in their order. */
  const watchOver = (client: RedisClient, milliseconds: number): void => {
    // Answers that came while this process stood still are read before anybody is judged
    watch = setTimeout(() => setImmediate(() => judge(client)), milliseconds);
  };
  const judge = (client: RedisClient): void => {
    if (current !== client) return;
    watch = undefined;
    const since = client.waitingSince();
    if (since === undefined) return;
    const left = since + patienceMs - performance.now();
    if (left > 0) watchOver(client, left);
    else lose(client, unavailable(`Redis ${client.address} gave no answer within ${patienceMs} ms`));
  };

  /** Fresh each time: an error thrown twice would tell the first one's place. */
  const refusal = (): unknown => (isGakumonError(trouble) ? unavailable(trouble.detail ?? '', trouble.hint) : trouble);

  adopt(first);
  return {
    address: () => current?.address,
    call(name, args) {
      const client = current;
      if (client === undefined) return Promise.reject(refusal());
      if (watch === undefined) watchOver(client, patienceMs);
      return client.send(name, args).catch((error: Error) => {
        if (error.name === 'ReplyError') throw new RedisRefusal(client.address, error.message);
        lose(client, unavailable(`the connection to Redis ${client.address} was lost`));
        throw refusal();
      });
    },
    suspect(reason) {
      if (current !== undefined) lose(current, reason);
    },
    close() {
      closing.abort();
      if (current !== undefined) lose(current, unavailable('the connection to Redis was closed'));
    },
  };
}
