/** What a source says of one person, as it came: nothing in it is believed before it is looked at. */
export type RawAnswer = Readonly<Record<string, unknown>>;

export type Taken = {
  /** Undefined: nothing was said that can be used. */
  readonly attributes: Readonly<Record<string, readonly string[]>> | undefined;
  /** The attributes of which something was left out. */
  readonly leftOut: readonly string[];
};

const mostAttributes = 200;
const mostValues = 1000;
const longestValue = 10_000;
/** As directories name attributes, options (`;lang-ja`) and URIs included. */
const attributeName = /^[A-Za-z][\w.:;/-]{0,127}$/;
/** Not attributes, and only a directory can tell them. */
const reserved: ReadonlySet<string> = new Set(['username', 'groups']);
/** A Char of XML 1.0 2.2: sooner or later a value is written into one. */
const xmlText = /^[\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/**
 * Takes what can be used of an answer: texts, numbers, booleans and lists of them, within bounds. What is empty says
 * nothing; what else there is gets left out.
 * @param names the name there by the name here; undefined: all, under their own names
 */
export function takeValues(answer: RawAnswer, names: Readonly<Record<string, string>> | undefined): Taken {
  const attributes = new Map<string, readonly string[]>();
  const leftOut: string[] = [];
  for (const [here, there] of namesIn(answer, names)) {
    const { texts, isWhole } = takeTexts(answer[there]);
    const isTaken = attributeName.test(here) && !reserved.has(here) && attributes.size < mostAttributes;
    if (!isWhole || (!isTaken && texts.length > 0)) leftOut.push(there.slice(0, 128));
    if (isTaken && texts.length > 0) attributes.set(here, texts);
  }
  return { attributes: attributes.size === 0 ? undefined : Object.fromEntries(attributes), leftOut };
}

/** The values of both, each once, in their order. */
export function join(first: readonly string[] | undefined, second: readonly string[]): readonly string[] {
  return [...new Set([...(first ?? []), ...second])];
}

/** Pairs of the name here and the name there. */
function namesIn(
  answer: RawAnswer,
  names: Readonly<Record<string, string>> | undefined,
): readonly (readonly [string, string])[] {
  if (names === undefined) return Object.keys(answer).map((name) => [name, name]);
  return Object.entries(names).filter(([, there]) => Object.hasOwn(answer, there));
}

function takeTexts(value: unknown): { readonly texts: readonly string[]; readonly isWhole: boolean } {
  const given: readonly unknown[] = Array.isArray(value) ? value.slice(0, mostValues) : [value];
  const texts = given.map(textOf);
  const isCut = Array.isArray(value) && value.length > mostValues;
  const said = texts.filter((text): text is string => text !== undefined && text !== '');
  return { texts: join(undefined, said), isWhole: !isCut && !texts.includes(undefined) };
}

/** @returns undefined for what is no value, or cannot be told exactly */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return isText(value) ? value.trim() : undefined;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  // Beyond that range JSON.parse gives the neighbour of what was written
  if (typeof value === 'number')
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : finite(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Uint8Array) return octets(value);
  return undefined;
}

const isText = (value: string): boolean => value.length <= longestValue && xmlText.test(value);
const finite = (value: number): string | undefined => (Number.isFinite(value) ? String(value) : undefined);

function octets(value: Uint8Array): string | undefined {
  const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  return text.length <= longestValue ? text : undefined;
}
