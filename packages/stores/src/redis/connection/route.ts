/** Sends each command to the server that it is for. */
export type Route = {
  /** @throws GakumonError `store-unavailable`, or RedisRefusal as Redis answered it */
  call(name: string, args: readonly (string | number)[]): Promise<unknown>;
  /** Every master, to be asked by itself. */
  masters(): readonly Master[];
  /** At once: what waits for an answer is refused. */
  close(): void;
};

export type Master = {
  /** Undefined while it is away. */
  address(): string | undefined;
  call: Route['call'];
  /** A key that this master keeps. */
  keyOf(stem: string): string;
};
