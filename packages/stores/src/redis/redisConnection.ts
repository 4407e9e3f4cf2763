/** A Lua script; every key that it touches is given to it, and all of them share one hash tag. */
export type RedisScript = { readonly name: string; readonly lua: string };

/** One server that takes writes. */
export type RedisMaster = {
  /** `host:port`; undefined while it is away. */
  readonly address: string | undefined;
  /** One command to this very server. */
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>;
};

/**
 * Redis as the ports see it. Whatever goes wrong is `store-unavailable`, within half a second; nothing waits in line for
 * a server that is away. Commands of one turn of the event loop travel together, to each server in one write.
 */
export type RedisConnection = {
  /** In front of every key. */
  readonly prefix: string;
  /** One command with one key at most. @returns what Redis answers: text, integer, null, or an array of those */
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** The same of a script, sent as its hash. */
  script(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** @throws GakumonError `store-unavailable` when nothing can be written now */
  check(): Promise<void>;
  /**
   * Every server that takes writes, for what concerns the servers and not the keys.
   * @throws GakumonError `store-unavailable` when some slots of a Cluster have none
   */
  masters(): readonly RedisMaster[];
  /** Lets what is in flight end; what comes later is `store-unavailable`. */
  close(): Promise<void>;
};
