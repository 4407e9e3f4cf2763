import { valueLimit } from '../syntax.ts';

/** Values that one step of a recipe looks at. Somebody may be in hundreds of groups; nobody is in more than this. */
const mostRead = 5000;

/** Bounds what one step hands on, so that no directory and no recipe can make a login expensive. */
export function bounded(values: readonly string[]): readonly string[] {
  const some = values.length > mostRead ? values.slice(0, mostRead) : values;
  return some.some((value) => value.length > valueLimit) ? some.map(cut) : some;
}

/** What is too long stays too long, so that it is withheld under its own name. */
const cut = (value: string): string => (value.length > valueLimit ? value.slice(0, valueLimit + 1) : value);
