import { hours, isGakumonError, seconds } from '@gakumon/terms';

const longest = hours(24);

/**
 * Reads a Retry-After (RFC 9110 10.2.3): seconds, or an instant.
 * @param now milliseconds
 * @returns milliseconds from now, a day at most; undefined when there is none that can be read
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const delay = /^\d{1,12}$/.test(text) ? seconds(Number(text)) : parseInstant(text) - now;
  return Number.isFinite(delay) ? Math.min(Math.max(delay, 0), longest) : undefined;
}

/** As all servers write it; Date.parse alone takes nearly anything. */
function parseInstant(text: string): number {
  return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** How long a server that was asked wants to be left alone, milliseconds; undefined when it did not say. */
export function retryAfterOf(error: unknown): number | undefined {
  if (!isGakumonError(error)) return undefined;
  const { retryAfter } = error.data;
  return typeof retryAfter === 'number' && retryAfter >= 0 ? Math.min(retryAfter, longest) : undefined;
}

/** The HTTP status that a refusal is about; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const status = isGakumonError(error) ? error.data.status : undefined;
  return typeof status === 'number' ? status : undefined;
}
