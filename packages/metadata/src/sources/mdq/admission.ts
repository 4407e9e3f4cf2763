import type { Clock } from '@gakumon/terms';

export type AdmissionLimits = {
  /** Questions about entities that nobody here knows, in a second and at once. */
  readonly perSecond: number;
  readonly burst: number;
  /** Questions of each kind that wait for an answer. */
  readonly inFlight: number;
};

export const admissionLimits: AdmissionLimits = { perSecond: 10, burst: 50, inFlight: 16 };

/**
 * Whom a question is about: `known` is asked for again, `familiar` was used here lately or is told of by another source,
 * `unknown` may be made up by a stranger.
 */
export type Acquaintance = 'known' | 'familiar' | 'unknown';

/** Decides who may go out: whoever may not is turned away, never queued. */
export type Admission = {
  /** @returns whether the question may go out; then `leave` has to follow */
  readonly enter: (about: Acquaintance) => boolean;
  readonly leave: (about: Acquaintance) => void;
};

/**
 * A bucket of tokens for the unknown; the others are bounded by themselves and need none. Each kind has places of its
 * own, so that strangers never take those of the others.
 */
export function createAdmission(limits: AdmissionLimits, clock: Clock): Admission {
  let tokens = limits.burst;
  let filledAt = clock();
  const inFlight: Record<Acquaintance, number> = { known: 0, familiar: 0, unknown: 0 };

  function fill(): void {
    const now = clock();
    const passed = Math.max(now - filledAt, 0);
    tokens = Math.min(limits.burst, tokens + (passed / 1000) * limits.perSecond);
    filledAt = now;
  }

  return {
    enter: (about) => {
      fill();
      if (inFlight[about] >= limits.inFlight || (about === 'unknown' && tokens < 1)) return false;
      if (about === 'unknown') tokens -= 1;
      inFlight[about] += 1;
      return true;
    },
    leave: (about) => {
      inFlight[about] -= 1;
    },
  };
}
