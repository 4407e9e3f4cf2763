import { GakumonError } from '@gakumon/terms';

const pattern = /^(\d{4}-\d\d-(\d\d))T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads an xs:dateTime as SAML uses it (SAML Core 1.3.3, XML Schema Part 2 3.2.7): UTC when no zone is written. What is
 * smaller than a millisecond is cut off; `24:00:00` is the first moment of the next day.
 * @returns milliseconds since the epoch
 * @throws GakumonError `request-invalid` when it is not one, or no such day, time or zone exists
 */
export function parseDateTime(text: string): number {
  const match = pattern.exec(text.trim());
  if (match === null) throw invalidDateTime(text);
  const [, date, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  const time = timeOfDay(Number(hour), Number(minute), Number(second), fraction);
  const offset = zoneOffset(zone);
  const exists = !Number.isNaN(midnight) && new Date(midnight).getUTCDate() === Number(day);
  if (!exists || time === undefined || offset === undefined) throw invalidDateTime(text);
  return midnight + time - offset;
}

const minuteLength = 60_000;
const hourLength = 60 * minuteLength;

/** Milliseconds since midnight. */
function timeOfDay(hour: number, minute: number, second: number, fraction: string): number | undefined {
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const time = hour * hourLength + minute * minuteLength + second * 1000 + milliseconds;
  const isEndOfDay = time === 24 * hourLength && !/[1-9]/.test(fraction);
  return minute < 60 && second < 60 && (hour < 24 || isEndOfDay) ? time : undefined;
}

const written = new Map<number, string>();
const keptTimes = 64;

/** Writes milliseconds as the UTC xs:dateTime that SAML wants. */
export function formatDateTime(milliseconds: number): string {
  // One message says the same time up to three times.
  const known = written.get(milliseconds);
  if (known !== undefined) return known;
  const text = new Date(milliseconds).toISOString();
  if (written.size >= keptTimes) written.clear();
  written.set(milliseconds, text);
  return text;
}

/** Milliseconds; no zone is farther from UTC than 14 hours. */
function zoneOffset(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(4, 6));
  const offset = Number(zone.slice(1, 3)) * hourLength + minutes * minuteLength;
  if (minutes > 59 || offset > 14 * hourLength) return undefined;
  return zone.startsWith('-') ? -offset : offset;
}

function invalidDateTime(text: string): GakumonError {
  return new GakumonError('request-invalid', {
    detail: `not a dateTime: ${text.slice(0, 40).replace(/[^ -~]/g, '?')}`,
  });
}
