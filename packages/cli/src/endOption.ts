import { parseEnd } from '@gakumon/config';
import { hours } from '@gakumon/terms';
import { refuseUsage } from './failure.ts';
import { tellSecond } from './metadata/moments.ts';

/** Reads an option that is the end of something: of a day the whole counts, in Japan; milliseconds come out. */
export function readEnd(option: string, text: string): number {
  return (
    parseEnd(text) ?? refuseUsage(`${option} ${text}: say a day such as 2027-03-31, or a time such as 2027-03-31T17:00`)
  );
}

/** The end in words: `the end of 2027-03-31`, or the time where it is not the end of a day in Japan. */
export function tellEnd(at: number): string {
  const told = tellSecond(at);
  return told.includes('T00:00:00+') && at % 1000 === 0
    ? `the end of ${tellSecond(at - hours(24)).slice(0, 10)}`
    : told;
}
