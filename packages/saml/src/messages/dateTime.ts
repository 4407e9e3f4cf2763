import { GakumonError } from '@gakumon/terms';

const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads an xs:dateTime as SAML uses it (SAML Core 1.3.3): UTC when no zone is written.
 * @returns milliseconds since the epoch
 * @throws GakumonError `request-invalid` when it is not one, or no such day exists
 */
export function parseDateTime(text: string): number {
  const match = pattern.exec(text.trim());
  if (match === null) throw invalidDateTime(text);
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const parsed = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`,
  );
  const exists = !Number.isNaN(parsed) && new Date(parsed).getUTCDate() === Number(day);
  if (!exists) throw invalidDateTime(text);
  return parsed - zoneOffset(zone);
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

function zoneOffset(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function invalidDateTime(text: string): GakumonError {
  return new GakumonError('request-invalid', {
    detail: `not a dateTime: ${text.slice(0, 40).replace(/[^ -~]/g, '?')}`,
  });
}
