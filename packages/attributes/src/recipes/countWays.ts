/**
 * How often an expression can choose: `choices`, times the length of the value for each of the `repetitions`. Each way is
 * `steps` long at most, beside what it repeats without a limit.
 */
type Ways = { choices: number; repetitions: number; steps: number };
type Frame = Ways & { branches: number };

const once = (): Ways => ({ choices: 1, repetitions: 0, steps: 1 });
const frame = (): Frame => ({ ...once(), steps: 0, branches: 1 });

/** What is skipped as one piece: escapes with their names, classes, and what may stand behind an opening bracket. */
const piece = /\\(?:[pPu]\{[^}]*\}|k<[^>]*>|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?|./suy;
const quantifier = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;

/**
 * An upper bound of the ways in which a regular expression can go through a value, which is what a backtracking matcher
 * tries at worst. It looks at the shape only. A group that repeats without a limit and holds a choice of its own, such as
 * `(a+)+`, may try all of 2 to the length.
 * @param source an expression that compiles with the flag `u`
 */
export function countWays(source: string): Ways | { readonly problem: string } {
  const open: Frame[] = [frame()];
  let at = 0;
  while (at < source.length) {
    const token = matchAt(piece, source, at);
    at += token.length;
    const top = open.at(-1) as Frame;
    if (token.startsWith('(')) {
      open.push(frame());
    } else if (token === '|') {
      top.branches += 1;
    } else {
      const atom = token === ')' ? close(open) : once();
      const found = matchAt(quantifier, source, at);
      at += found.length;
      const ways = repeat(atom, found);
      if (ways === undefined) {
        return { problem: 'repeats a group that holds a repetition or alternatives itself: it could take for ever' };
      }
      multiply(open.at(-1) as Frame, ways);
    }
  }
  return close(open);
}

function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}

function close(open: Frame[]): Ways {
  const { choices, repetitions, steps, branches } = open.pop() ?? frame();
  return { choices: choices * branches, repetitions, steps };
}

function multiply(into: Ways, { choices, repetitions, steps }: Ways): void {
  into.choices *= choices;
  into.repetitions += repetitions;
  into.steps += steps;
}

/** Undefined: there is no bound that would help. */
function repeat(atom: Ways, written: string): Ways | undefined {
  const { least, most } = readQuantifier(written);
  if (most !== Number.POSITIVE_INFINITY) {
    const choices = atom.choices ** most * (most - least + 1);
    return { choices, repetitions: atom.repetitions * most, steps: atom.steps * most };
  }
  if (atom.choices > 1 || atom.repetitions > 0) return undefined;
  return { choices: 1, repetitions: 1, steps: atom.steps * Math.max(1, least) };
}

function readQuantifier(written: string): { readonly least: number; readonly most: number } {
  quantifier.lastIndex = 0;
  const [, sign, least, comma, most] = quantifier.exec(written) ?? [];
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
  if (least === undefined) return { least: 1, most: 1 };
  if (comma === '') return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most === '' ? Number.POSITIVE_INFINITY : Number(most) };
}
