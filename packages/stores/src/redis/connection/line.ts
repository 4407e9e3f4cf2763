import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { isGakumonError } from '@gakumon/terms';
import { lateAnswer, type RedisClient } from './redisClient.ts';
import { awayHint, describeError, RedisRefusal, unavailable } from './troubles.ts';

/**
 * The way to one server, or to whoever is the master now. While the server is well it is one connection. A command that
 * has no answer in time is given up on. When for as long no other had one either, the connection is ended, and what the
 * commands that wait in it hold is let go; from then on commands are refused at once, until a new connection says that
 * the server is well.
 */
export type Line = {
  /** Undefined while the server is away. */
  address(): string | undefined;
  /** @throws GakumonError `store-unavailable`, or RedisRefusal as Redis answered it */
  call(name: string, args: readonly (string | number)[]): Promise<unknown>;
  /** Waits for the attempt to connect that is under way, if there is one. @throws GakumonError when the server is away then */
  settled(): Promise<void>;
  /** Takes the server for lost, and looks for it anew. */
  suspect(reason: unknown): void;
  /** Ends it when nothing waits for an answer any more, and resolves then. There must be no further calls. */
  retire(): Promise<void>;
  /** Ends it at once; what waits for an answer is refused. */
  close(): void;
};

export type LineOptions = {
  /** Opens a connection to a server that is well. @throws GakumonError `store-unavailable` */
  readonly dial: (signal: AbortSignal) => Promise<RedisClient>;
  /** Called whenever the server is lost. */
  readonly onLost?: () => void;
  readonly timing: Timing;
};

export type Timing = {
  /** How long a command may wait for its answer, milliseconds. */
  readonly patienceMs: number;
  /** Between two attempts to find a server that is away, milliseconds. */
  readonly probeMs: number;
};

/** Starts to look for the server. */
export function startLine({ dial, onLost, timing }: LineOptions): Line {
  const { patienceMs, probeMs } = timing;
  const closing = new AbortController();
  let current: RedisClient | undefined;
  let attempt: Promise<void> | undefined;
  let trouble: unknown = unavailable('Redis is not connected yet');
  let isSearching = false;
  let watch: NodeJS.Timeout | undefined;
  let answeredAt = Number.NEGATIVE_INFINITY;
  let isRetired = false;

  const adopt = (client: RedisClient): void => {
    if (closing.signal.aborted) {
      client.drop();
      return;
    }
    current = client;
    client.onEnd(() => lose(client, unavailable(`Redis ${client.address} closed the connection`, awayHint)));
  };

  const lose = (client: RedisClient, reason: unknown): void => {
    if (current !== client) return;
    current = undefined;
    trouble = reason;
    clearTimeout(watch);
    watch = undefined;
    client.drop();
    if (closing.signal.aborted) return;
    void search();
    onLost?.();
  };

  const search = async (): Promise<void> => {
    const { signal } = closing;
    if (isSearching) return;
    isSearching = true;
    while (current === undefined && !signal.aborted) {
      attempt = dial(signal).then(adopt, (error) => {
        trouble = error;
      });
      await attempt;
      attempt = undefined;
      if (current === undefined) await pause(probeMs, undefined, { signal }).catch(() => {});
    }
    isSearching = false;
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
    if (since === undefined) {
      if (isRetired) close();
      return;
    }
    const until = performance.now() - patienceMs;
    if (since <= until && answeredAt <= until) {
      lose(client, unavailable(`Redis ${client.address} gave no answer within ${patienceMs} ms`, awayHint));
    } else {
      const next = client.giveUpOn(until) ?? until + patienceMs;
      watchOver(client, next - until);
    }
  };

  /** Fresh each time: an error thrown twice would tell the first one's place. */
  const refusal = (): unknown => (isGakumonError(trouble) ? unavailable(trouble.detail ?? '', trouble.hint) : trouble);

  const noteAnswer = (answer: unknown): unknown => {
    answeredAt = performance.now();
    return answer;
  };
  const explain = (client: RedisClient, error: Error): never => {
    if (error === lateAnswer) throw unavailable(`Redis ${client.address} took longer than ${patienceMs} ms`, awayHint);
    if (error.name === 'ReplyError') {
      answeredAt = performance.now();
      const refused = new RedisRefusal(client.address, error.message);
      // The answer of somebody who is not, or no more, the server that was dialled
      if (refused.code === 'READONLY' || refused.code === 'NOAUTH') lose(client, describeError(refused));
      throw refused;
    }
    lose(client, unavailable(`the connection to Redis ${client.address} was lost`, awayHint));
    throw refusal();
  };

  const close = (): void => {
    closing.abort();
    trouble = unavailable('the connection to Redis was closed');
    if (current !== undefined) lose(current, trouble);
  };

  void search();
  return {
    address: () => current?.address,
    call(name, args) {
      const client = current;
      if (client === undefined) return Promise.reject(refusal());
      if (watch === undefined) watchOver(client, patienceMs);
      return client.send(name, args).then(noteAnswer, (error: Error) => explain(client, error));
    },
    async settled() {
      await attempt;
      if (current === undefined) throw refusal();
    },
    suspect(reason) {
      if (current !== undefined) lose(current, reason);
    },
    async retire() {
      isRetired = true;
      if (current?.waitingSince() === undefined) close();
      if (!closing.signal.aborted) await once(closing.signal, 'abort');
    },
    close,
  };
}

/** @throws GakumonError `store-unavailable` when the first attempt fails; then the line is closed */
export async function openLine(options: LineOptions): Promise<Line> {
  const line = startLine(options);
  try {
    await line.settled();
    return line;
  } catch (error) {
    line.close();
    throw error;
  }
}
