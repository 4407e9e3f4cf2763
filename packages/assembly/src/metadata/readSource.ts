import type { Assertable, MetadataFilter, MetadataSource } from '@gakumon/metadata';

/** A certificate chain in PEM is shorter, characters. */
const longestSigner = 65_536;
const mostSigners = 50;
const longestUrl = 2_048;

type Checks<T> = { readonly [Key in keyof T]-?: (value: unknown) => boolean };

/**
 * Reads the definition of a source as every node takes it: one of another release, with settings that mean something
 * there and nothing here, is refused and not half-followed.
 * @param name under which it is kept
 * @throws RangeError with the setting that is wrong
 */
export function readSource(name: string, value: unknown): MetadataSource {
  const source = readChecked<MetadataSource>('source', value, { ...sourceChecks, name: (it) => it === name });
  if (source.unsigned === source.signers.length > 0) throw new RangeError('source: has signers, or is unsigned');
  return source;
}

/** @throws RangeError */
export function readFilter(value: unknown): MetadataFilter {
  return readChecked<MetadataFilter>('filter', value, filterChecks);
}

/** @throws RangeError */
export function readMayAssert(value: unknown): readonly Assertable[] {
  if (!isMayAssert(value)) throw new RangeError('mayAssert: is no list of what a source may assert');
  return value;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isSpan = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const isOneOf = (known: readonly string[]) => (value: unknown) => isText(value) && known.includes(value);
const areOf = (known: readonly string[]) => (value: unknown) => Array.isArray(value) && value.every(isOneOf(known));
const has =
  <T>(checks: Checks<T>) =>
  (value: unknown) =>
    findWrong(value, checks) === undefined;

const assertables = Object.keys({ categories: true, scopes: true } satisfies Record<Assertable, true>);
const roles = Object.keys({ sp: true, idp: true } satisfies Record<MetadataFilter['roles'][number], true>);
const isMayAssert = areOf(assertables) as (value: unknown) => value is readonly Assertable[];

const filterChecks: Checks<MetadataFilter> = {
  roles: areOf(roles),
  registrationAuthorities: isTexts,
  categories: isTexts,
  exceptCategories: isTexts,
  exceptEntityIds: isTexts,
};

/** Files and folders are of one machine, so only what every node reaches can be shared: addresses, and PEM as text. */
const sourceChecks: Checks<MetadataSource> = {
  name: isText,
  origin: has({ kind: isOneOf(['url', 'mdq']), url: isWebUrl }),
  signers: (value) => Array.isArray(value) && value.length <= mostSigners && value.every(has({ pem: isPem })),
  unsigned: isFlag,
  allowSha1: isFlag,
  maxValidity: (value) => value === undefined || isSpan(value),
  filter: has(filterChecks),
  mayAssert: isMayAssert,
  refresh: isSpan,
  guard: has({ mostLost: isShare }),
};

function isPem(value: unknown): boolean {
  return isText(value) && value.length <= longestSigner;
}

function isWebUrl(value: unknown): boolean {
  if (!isText(value) || value.length > longestUrl) return false;
  const protocol = URL.parse(value)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}

function readChecked<T>(what: string, value: unknown, checks: Checks<T>): T {
  const wrong = findWrong(value, checks);
  if (wrong !== undefined) throw new RangeError(`${what}: ${wrong} is not as this release knows it`);
  // What JSON leaves out is undefined, as in the type
  return { ...Object.fromEntries(Object.keys(checks).map((key) => [key, undefined])), ...(value as T) };
}

/** The first key that is wrong, or that nobody here knows; undefined: none. */
function findWrong<T>(value: unknown, checks: Checks<T>): string | undefined {
  if (!isObject(value)) return 'all of it';
  const known = Object.keys(checks);
  const strange = Object.keys(value).find((key) => !known.includes(key));
  return strange ?? known.find((key) => !checks[key as keyof T](value[key]));
}
