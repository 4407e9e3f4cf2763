const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const milliseconds = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000] as const;

/**
 * Reads an ISO 8601 duration of weeks, days, hours, minutes and whole seconds, e.g. `P15D` or `PT1H30M`. Months and
 * years are refused: nobody knows how long they are.
 * @returns milliseconds, more than zero; undefined when it is not such a duration
 */
export function parseDuration(text: string): number | undefined {
  const parts = pattern.exec(text)?.slice(1);
  if (parts === undefined) return undefined;
  const total = milliseconds.reduce((sum, unit, index) => sum + unit * Number(parts[index] ?? 0), 0);
  return Number.isSafeInteger(total) && total > 0 ? total : undefined;
}
