import type { ErrorCode } from '@gakumon/terms';

/** What the browser's door did since the start; to count costs nothing beside a sign-on. */
export type Tally = {
  signedOn(): void;
  refused(code: ErrorCode): void;
  signOns(): number;
  /** There are no more codes than the error table has. */
  refusals(): ReadonlyMap<ErrorCode, number>;
};

/** Begins at nothing. */
export function createTally(): Tally {
  let signOns = 0;
  const refusals = new Map<ErrorCode, number>();
  return {
    signedOn: () => {
      signOns += 1;
    },
    refused: (code) => void refusals.set(code, (refusals.get(code) ?? 0) + 1),
    signOns: () => signOns,
    refusals: () => refusals,
  };
}
