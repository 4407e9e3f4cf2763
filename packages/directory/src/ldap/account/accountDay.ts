import { dayOf, parseGeneralizedTime } from './generalizedTime.ts';

const day = 86_400_000;
/** A date alone is a date of Japan, where the universities are. */
const zone = 9 * 3_600_000;
const dateForms = [/^(\d{4})-(\d{2})-(\d{2})$/, /^(\d{4})\/(\d{2})\/(\d{2})$/, /^(\d{4})(\d{2})(\d{2})$/];

/** Milliseconds from the first moment that a value names to the one after its last: a time is both, a date is a day long. */
export type AccountDay = { readonly begins: number; readonly ends: number };

/**
 * Reads when an account opens or closes: generalized time, a date (`2027-03-31`, `2027/03/31`, `20270331`), or for
 * `shadowExpire` days since 1970 (shadow(5): no login from that day on).
 * @returns undefined: it says nothing (blank, or shadowExpire -1); NaN in both: it can't be read
 */
export function readAccountDay(attribute: string, value: string): AccountDay | undefined {
  const text = value.slice(0, 100).trim();
  if (text === '') return undefined;
  if (attribute.toLowerCase() === 'shadowexpire') return readShadowDay(text);
  const time = parseGeneralizedTime(text) ?? Number.NaN;
  return readDate(text) ?? { begins: time, ends: time };
}

function readShadowDay(text: string): AccountDay | undefined {
  if (text === '-1') return undefined;
  const begins = /^\d{1,7}$/.test(text) ? Number(text) * day - zone : Number.NaN;
  return { begins, ends: begins };
}

function readDate(text: string): AccountDay | undefined {
  const parts = dateForms.map((form) => form.exec(text)).find((found) => found !== null);
  if (parts === undefined || parts === null) return undefined;
  const begins = (dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3])) ?? Number.NaN) - zone;
  return { begins, ends: begins + day };
}
