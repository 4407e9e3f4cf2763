import type { Clock } from '@gakumon/terms';

export type AdmissionLimits = {
  /** Questions about entities that nobody here knows, in a second and at once. */
  readonly perSecond: number;
  readonly burst: number;
  /** Questions that wait for an answer. */
  readonly inFlight: number;
};

export const admissionLimits: AdmissionLimits = { perSecond: 10, burst: 50, inFlight: 16 };

/** Decides who may go out: whoever may not is turned away, never queued. */
export type Admission = {
  /** @returns whether the question may go out; then `leave` has to follow */
  readonly enter: (about: 'unknown' | 'known') => boolean;
  readonly leave: () => void;
};

/** A bucket of tokens for the unknown; what is known is bounded by itself and needs none. */
export function createAdmission(limits: AdmissionLimits, clock: Clock): Admission {
  let tokens = limits.burst;
  let filledAt = clock();
  let inFlight = 0;

  function fill(): void {
    const now = clock();
    const passed = Math.max(now - filledAt, 0);
    tokens = Math.min(limits.burst, tokens + (passed / 1000) * limits.perSecond);
    filledAt = now;
  }

  return {
    enter: (about) => {
      fill();
      if (inFlight >= limits.inFlight || (about === 'unknown' && tokens < 1)) return false;
      if (about === 'unknown') tokens -= 1;
      inFlight += 1;
      return true;
    },
    leave: () => {
      inFlight -= 1;
    },
  };
}
