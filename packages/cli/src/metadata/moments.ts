import { hours, minutes } from '@gakumon/terms';

const day = hours(24);

/** A length of time as a person says it, in its largest unit, downwards: `13 days`, `1 hour`. */
export function tellSpan(milliseconds: number): string {
  const units = [
    [day, 'day'],
    [hours(1), 'hour'],
    [minutes(1), 'minute'],
    [1000, 'second'],
  ] as const;
  const [unit, word] = units.find(([length]) => milliseconds >= length) ?? [1000, 'second'];
  const number = Math.floor(Math.max(0, milliseconds) / unit);
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `in 13 days`, `2 hours ago`. */
export function tellMoment(at: number, now: number): string {
  return at > now ? `in ${tellSpan(at - now)}` : `${tellSpan(now - at)} ago`;
}

/** As pages and policy.yaml have it, by the clocks of Japan: `2024-04-08T18:00:00+09:00`. */
export const tellSecond = (at: number): string => new Date(at + hours(9)).toISOString().replace(/\.\d{3}Z$/, '+09:00');

/** To the minute, in UTC: `2024-04-08 09:00Z`. */
export const tellTime = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;

/** `2024-04-08`, in UTC. */
export const tellDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** For scripts. */
export const isoTime = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
