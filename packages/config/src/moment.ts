import { hours } from '@gakumon/terms';

const pattern = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Reads a day (its midnight in Japan) or a time (Japan's, unless it says otherwise).
 * @returns milliseconds since the epoch; undefined when it is none, such as 30 February
 */
export function parseMoment(text: string): number | undefined {
  const [, day = '', time = '00:00', zone = '+09:00'] = pattern.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const at = Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(midnight) || Number.isNaN(at)) return undefined;
  return new Date(midnight).toISOString().startsWith(day) ? at : undefined;
}

/**
 * The same for the end of something: of a day that is named the whole counts, so that it is over at midnight behind it.
 * @returns milliseconds since the epoch; undefined when it is none
 */
export function parseEnd(text: string): number | undefined {
  const at = parseMoment(text);
  return at === undefined || text.includes('T') ? at : at + hours(24);
}
