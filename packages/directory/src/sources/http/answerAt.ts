import type { RawAnswer } from '../takeValues.ts';

/**
 * What an answer says of the person, at a path inside it; a number leads into a list.
 * @returns undefined when there is nothing: null, or an empty object or list
 * @throws Error when there is something else than an object
 */
export function answerAt(answer: unknown, path: readonly string[]): RawAnswer | undefined {
  let value = answer;
  for (const step of path) {
    if (value === null || value === undefined) return undefined;
    if (typeof value !== 'object') throw new Error(`the answer has no object on the way to ${path.join('.')}`);
    value = Object.hasOwn(value, step) ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
  }
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as RawAnswer;
  throw new Error(
    `the answer is no object${path.length > 0 ? ` at ${path.join('.')}` : '; say with path where it is'}`,
  );
}
