/** What happened in a trial, counted. */
export type Ledger = {
  logins: number;
  /** Sign-ons with a live session. */
  hops: number;
  /** Requests that were sent twice at once, or again after a failure. */
  repeats: number;
  /** Sessions that were gone when their browser came back: those that the replica had when the master died, and the others. */
  readonly lost: { replicated: number; young: number };
  /** What must never happen, in words. */
  readonly wrong: string[];
  /** What goes on, for the failures. */
  phase: string;
  /** Phase → what a browser saw → how often. */
  readonly failures: Map<string, Map<string, number>>;
};

export const emptyLedger = (): Ledger => ({
  logins: 0,
  hops: 0,
  repeats: 0,
  lost: { replicated: 0, young: 0 },
  wrong: [],
  phase: 'quiet',
  failures: new Map(),
});

export function noteFailure({ phase, failures }: Ledger, words: string): void {
  const ofPhase = failures.get(phase) ?? new Map<string, number>();
  failures.set(phase, ofPhase.set(words, (ofPhase.get(words) ?? 0) + 1));
}

/** What browsers saw in a phase besides what they wanted. */
export const failuresIn = ({ failures }: Ledger, phase: string): readonly string[] => [
  ...(failures.get(phase)?.keys() ?? []),
];

/** One line to quote. */
export function describeLedger({ logins, hops, repeats, lost, wrong, failures }: Ledger): string {
  const seen = [...failures].map(([phase, kinds]) => {
    const counts = [...kinds].map(([words, count]) => `${count} x "${words}"`);
    return `${phase}: ${counts.join(', ')}`;
  });
  return [
    `${logins} logins, ${hops} hops, ${repeats} requests sent again`,
    `sessions lost: ${lost.replicated} that were replicated, ${lost.young} younger`,
    `wrong answers: ${wrong.length}`,
    `failures seen: ${seen.length === 0 ? 'none' : seen.join('; ')}`,
  ].join('; ');
}
