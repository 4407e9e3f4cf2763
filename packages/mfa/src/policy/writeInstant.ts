import { hours } from '@gakumon/terms';

/** An instant as policy.yaml means dates: by the clocks of Japan, which know no summer time. */
export function writeInstant(at: number): string {
  return new Date(at + hours(9)).toISOString().replace(/:\d\d\.\d{3}Z$/, '+09:00');
}
