import { GakumonError } from '@gakumon/terms';

/** A number that a column of another program's making holds, and that cannot be told from its neighbours here. */
export class UnsafeInteger extends Error {}

/** Whether a row could not be read for such a number; node:sqlite has its own words for it. */
export function isUnsafeInteger(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  const isOne = error instanceof UnsafeInteger || (error as { code?: unknown }).code === 'ERR_OUT_OF_RANGE';
  return isOne || isUnsafeInteger(error.cause);
}

/** What a column holds. */
export type ColumnValue = string | number | Uint8Array | null;

/**
 * Lets a value into a statement if every engine keeps it alike.
 * @throws GakumonError `internal`: node:sqlite stores a Date as NULL, pg a boolean as text, both silently
 */
export function requireColumnValue(value: unknown): ColumnValue {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  const kind = value instanceof Date ? 'Date' : typeof value === 'number' ? `number ${value}` : typeof value;
  throw new GakumonError('internal', { detail: `a column holds text, an integer or a blob, never a ${kind}` });
}
