import type { Language } from '@gakumon/terms';

/** The clock on the wall of those who read our pages and of their help desk; every university of the federation is in Japan. */
const wall = { timeZone: 'Asia/Tokyo', name: 'JST' } as const;
const zone = { timeZone: wall.timeZone } as const;

/** A time for people, e.g. `2026/11/22 22:03:11 JST`, and for machines (ISO 8601). */
export type ShownTime = { readonly shown: string; readonly iso: string };

/** @param time milliseconds since 1970 */
export function showTime(time: number, language: Language): ShownTime {
  const { timeZone, name } = wall;
  const locale = language === 'ja' ? 'ja' : 'en-GB';
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
  return { shown: `${format.format(time)} ${name}`, iso: new Date(time).toISOString() };
}

/** Japanese dates carry their weekday in brackets: 2026年12月10日(木). */
const dayFormat = (language: Language): Intl.DateTimeFormat =>
  language === 'ja'
    ? new Intl.DateTimeFormat('ja', { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', ...zone })
    : new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', ...zone });

/** When something ends, as people say it: what ends at midnight lasts until the day before. */
export function showEnd(time: number, language: Language): string {
  const { timeZone } = wall;
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone }).format(time);
  return clock === '00:00:00' ? dayFormat(language).format(time - 1) : showDay(time, language);
}

/** The day of a time, as people say it, with a time of day only where it does not begin at midnight. */
export function showDay(time: number, language: Language): string {
  const { timeZone } = wall;
  const day = dayFormat(language).format(time);
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone }).format(time);
  return clock === '00:00' ? day : `${day} ${clock}`;
}
