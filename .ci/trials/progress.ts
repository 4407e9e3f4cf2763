/** Draws a bar on a terminal, and a line for each tenth elsewhere. @returns what is to be told how much is done */
export function progressBar(title: string, count: number): (done: number) => void {
  let tenths = 0;
  return (done) => {
    const share = done / count;
    const bar = '#'.repeat(Math.round(share * 40)).padEnd(40, '.');
    const line = `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} % ${title}, ${done} of ${count}`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${done === count ? '\n' : ''}`);
    else if (Math.floor(share * 10) > tenths) process.stdout.write(`${line}\n`);
    tenths = Math.floor(share * 10);
  };
}

/** The value below which such a share of the others lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median and between what the middle half lies. */
export const spread = (values: readonly number[], digits = 0): string =>
  `${quantile(values, 0.5).toFixed(digits)} (${quantile(values, 0.25).toFixed(digits)} to ${quantile(values, 0.75).toFixed(digits)})`;
