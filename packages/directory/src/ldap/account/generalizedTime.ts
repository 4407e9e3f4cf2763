/** RFC 4517, section 3.3.13: minutes, seconds and a fraction of the last of them may be missing, the zone may not. */
const form = /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)([0-5]\d|60)?)?(?:[.,](\d{1,20}))?(?:Z|([+-])(\d\d)(\d\d)?)$/;

const minute = 60_000;
const hour = 60 * minute;

/**
 * Reads a generalized time in any of its legal forms.
 * @returns milliseconds; undefined: it is none, or names a day or an hour that does not exist
 */
export function parseGeneralizedTime(text: string): number | undefined {
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hours, minutes, seconds, fraction, sign, zoneHours, zoneMinutes] = parts;
  const midnight = dayOf(Number(year), Number(month), Number(day));
  const unit = minutes === undefined ? hour : seconds === undefined ? minute : 1000;
  const zone = offsetOf(sign, zoneHours, zoneMinutes);
  if (midnight === undefined || zone === undefined || Number(hours) > 23 || Number(minutes ?? 0) > 59) return undefined;
  const clock = Number(hours) * hour + Number(minutes ?? 0) * minute + Number(seconds ?? 0) * 1000;
  return midnight + clock + Math.floor(Number(`0.${fraction ?? 0}`) * unit) - zone;
}

/** The first millisecond of a day of UTC; undefined: there is no such day. Years before 100 are no days of 1900. */
export function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function offsetOf(sign: string | undefined, hours = '0', minutes = '0'): number | undefined {
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = Number(hours) * hour + Number(minutes) * minute;
  return sign === '-' ? -offset : offset;
}
