import { GakumonError, isGakumonError } from '@gakumon/terms';

/**
 * Every value begins with the version of its form. A release reads this one and the one before; it writes a new one
 * only when the release before it reads it already, since both run side by side during an upgrade.
 */
export const formatVersion = 1;

/**
 * How much longer than its end a value stays, milliseconds. Its end is part of it and is what counts; this keeps a mark
 * that stops a replay until the slowest clock among the nodes has come to its end too.
 */
export const graceMs = 60_000;

/** The time to live of what ends at `end`, milliseconds. */
export function timeToLive(end: number, now: number): number {
  return Math.max(1, Math.ceil(end - now) + graceMs);
}

/**
 * What a key holds, as text.
 * @returns undefined when there is no such key
 * @throws GakumonError `store-unavailable` when Redis answers anything else
 */
export function toText(key: string, answer: unknown): string | undefined {
  if (answer === null) return undefined;
  if (typeof answer !== 'string') throw foreignValue(key);
  return answer;
}

/** Why a value is refused: it was not written by us, or is damaged. */
export class ForeignValue extends Error {}

/** For what stands under one of our keys and was not written by us, or is damaged. */
export function foreignValue(key: string, cause?: unknown): GakumonError {
  const detail = `redis: what stands under ${key} has no form that this version reads`;
  return new GakumonError('store-unavailable', { detail, cause: new ForeignValue(detail, { cause }) });
}

/** Whether Redis is well, and it is the value itself that cannot be read. */
export function isForeign(error: unknown): boolean {
  return isGakumonError(error) && error.cause instanceof ForeignValue;
}
