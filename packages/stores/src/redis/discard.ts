import type { TellUnreadable, UnreadableKind } from '../unreadable.ts';
import type { RedisConnection } from './redisConnection.ts';
import { isForeign } from './storedValue.ts';

/** Takes away what cannot be read, and tells of it. */
export type Discard = (kind: UnreadableKind, key: string, id: string) => Promise<void>;

export function createDiscard(connection: RedisConnection, tell: TellUnreadable): Discard {
  return async (kind, key, id) => {
    const gone = await connection.command('del', key).catch(() => undefined);
    // Of several who came upon it together, the one that took it away tells
    if (gone !== 0) tell(kind, id);
  };
}

/** What a step answers; undefined when what it read is of another type, or its script could not read it. */
export function unlessForeign(step: Promise<unknown>): Promise<{ readonly answer: unknown } | undefined> {
  return step.then(
    (answer) => ({ answer }),
    (error: unknown) => {
      if (isForeign(error)) return undefined;
      throw error;
    },
  );
}
