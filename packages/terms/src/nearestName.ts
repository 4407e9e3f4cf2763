/** Letters to change, at most, in what was probably meant. */
const farthest = 2;
/** Longer ones are no names; comparing them would take long. */
const longest = 100;

/**
 * What somebody probably meant who wrote a name that is none of the known ones: the same without regard to case, or else the
 * nearest within two letters that are changed, added, left out or have changed places.
 */
export function nearestName(written: string, known: Iterable<string>): string | undefined {
  const name = written.toLowerCase();
  // In a short name two letters are half of it
  let best = { distance: Math.min(farthest, Math.floor(name.length / 3)) + 1, name: undefined as string | undefined };
  for (const one of known) {
    if (one === written || Math.abs(one.length - name.length) >= best.distance) continue;
    const distance = distanceOf(name, one.toLowerCase());
    if (distance < best.distance) best = { distance, name: one };
  }
  return best.name;
}

/** Of Damerau and Levenshtein, where no letter is moved twice. */
function distanceOf(one: string, other: string): number {
  if (one.length > longest || other.length > longest) return Number.POSITIVE_INFINITY;
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const ways = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1)];
      row.push(Math.min(...ways, swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY));
    }
    [before, last] = [last, row];
  }
  return last[other.length] ?? Number.POSITIVE_INFINITY;
}
