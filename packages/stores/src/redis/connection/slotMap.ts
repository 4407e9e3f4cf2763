import type { RedisHost } from '../../locations.ts';
import { addressOf } from './redisClient.ts';

/** Which master keeps which slot. */
export type SlotMap = {
  /** By address. */
  readonly masters: ReadonlyMap<string, RedisHost>;
  /** The address of the master; undefined where no master keeps the slot. */
  ownerOf(slot: number): string | undefined;
  readonly isComplete: boolean;
};

const slotCount = 16_384;

export const emptySlotMap: SlotMap = { masters: new Map(), ownerOf: () => undefined, isComplete: false };

/**
 * Reads the answer to CLUSTER SLOTS: `[first, last, [host, port, …], replica …] …`.
 * @param asked the server that answered; it is meant where no host is named
 */
export function readSlotMap(answer: unknown, asked: RedisHost): SlotMap {
  const masters = new Map<string, RedisHost>();
  const owners = new Array<string | undefined>(slotCount).fill(undefined);
  for (const range of answer as readonly (readonly unknown[])[]) {
    const [first, last, [host, port] = []] = range as [number, number, [string | null, number]?];
    const master = { host: host || asked.host, port: Number(port) };
    masters.set(addressOf(master), master);
    owners.fill(addressOf(master), first, last + 1);
  }
  return { masters, ownerOf: (slot) => owners[slot], isComplete: !owners.includes(undefined) };
}

export type Redirection = {
  readonly host: RedisHost /** For this one command only: the slot is on its way. */;
  readonly once: boolean;
};

/**
 * Reads `MOVED 3999 host:port` and `ASK 3999 host:port`.
 * @param asked the server that answered; it is meant where no host is named
 */
export function readRedirection(message: string, asked: RedisHost): Redirection | undefined {
  const [, kind, host, port] = /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(message) ?? [];
  if (kind === undefined) return undefined;
  return { host: { host: host || asked.host, port: Number(port) }, once: kind === 'ASK' };
}
