import { isAbsolute, resolve } from 'node:path';
import { nearestName } from '@gakumon/terms';
import { z } from 'zod';
import { parseCidr } from './cidr.ts';
import { parseDuration } from './duration.ts';

export { z };
export type Schema<T> = z.ZodType<T>;

/** Where in the document, and what is wrong with it. */
export type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Keys that the documentation promises and this release does not have, by their path with `*` for each item of a list. */
const notBuiltYet: ReadonlySet<string> = new Set(['listen.clientCertificates', 'mail']);

/** A list whose items may all be commented out: YAML then says null. */
export function list<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((value) => (value === null ? [] : value), schema);
}

/** The same of a group of keys. */
export function group<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((value) => (value === null ? {} : value), schema);
}

/** An object of exactly these keys; any other is a mistake that names the ones there are. */
export function object<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `known here: ${known}` : undefined),
  });
}

/**
 * Adds a rule that looks at several values at once. It is asked even when single values are wrong already, so that all
 * mistakes are listed together; it must take whatever it is given.
 */
export function withRule<T>(schema: z.ZodType<T>, rule: (value: unknown) => readonly Issue[]): z.ZodType<T> {
  return schema.superRefine(
    (value, context) => {
      for (const { path, message } of rule(value)) context.addIssue({ code: 'custom', path: [...path], message });
    },
    { when: () => true },
  );
}

/**
 * A value that may have several forms. Its form decides by which schema it is read, so that only the mistakes of the form
 * that was meant are told.
 */
export function byForm<T>(choose: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = choose(value).safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of listMistakes(result.error)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    // As it was written, for the rules of whatever it stands in
    return value as T;
  });
}

/** For rules, which must take whatever they are given. */
export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A rule for lists: no two items may have the same value under `key`. */
export function uniqueBy(key: string): (value: unknown) => Issue[] {
  return (value) => {
    const seen = new Set<unknown>();
    const issues: Issue[] = [];
    for (const [index, item] of (Array.isArray(value) ? value : []).entries()) {
      const name: unknown = item?.[key];
      if (typeof name === 'string' && seen.has(name)) {
        issues.push({ path: [index, key], message: `another item has the ${key} "${name}" already` });
      }
      seen.add(name);
    }
    return issues;
  };
}

export const version = z.literal(1, { error: 'must be 1, the version of this file format' });
/** A Char of XML 1.0 2.2; half of a surrogate pair is none. */
const xmlCharacters = /^[\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** Text that can be written into XML: sooner or later most of it is, and by then somebody is logging in. */
export const text = z
  .string()
  .trim()
  .min(1, { error: 'is empty' })
  .regex(xmlCharacters, { error: 'has a control character, or half a character, that XML cannot hold' });
/** A name for people and logs: no spaces or control characters, so that it fits a command line and a log line. */
export const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, {
  error: 'must be 1 to 64 letters, digits, dots, hyphens and underscores',
});
export const localised = object({ ja: text, en: text });
export const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
export const emailAddress = z.email({ error: 'must be a mail address' });

/** A dotted domain in lower case. */
export const scope = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/, {
    error: 'must be a domain name in lower case such as example.ac.jp',
  });

/** What `30d` and `4 h` were probably meant to be. */
function meant(written: string): string {
  const [, number, letter = ''] = /^(\d+) ?([dhms])$/i.exec(written.trim()) ?? [];
  const words = { d: 'day', h: 'hour', m: 'minute', s: 'second' } as const;
  if (number === undefined) return '';
  const unit = letter.toLowerCase() as keyof typeof words;
  const told = `${number} ${words[unit]}${number === '1' ? '' : 's'}`;
  return `; ${unit === 'd' ? 'P' : 'PT'}${number}${unit.toUpperCase()} is ${told}`;
}

/** An ISO 8601 duration; milliseconds come out. */
export const duration = z.string().transform((value, context) => {
  const milliseconds = parseDuration(value);
  if (milliseconds !== undefined) return milliseconds;
  context.addIssue(`must be an ISO 8601 duration such as PT1H or P15D${meant(value)}`);
  return z.NEVER;
});

export const cidr = z.string().transform((value, context) => {
  const network = parseCidr(value);
  if (network !== undefined) return network;
  context.addIssue(
    value.toLowerCase().startsWith('::ffff:') && value.includes('/')
      ? 'is IPv4 in IPv6, whose lengths begin at /97; write it as IPv4, such as 10.9.0.0/16'
      : 'must be a network such as 10.0.0.0/8 or 2001:db8::/32, and not everybody',
  );
  return z.NEVER;
});

/** A file or folder; comes out absolute, against the folder of the file that names it. */
export function path(folder: string) {
  return text.transform((value) => (isAbsolute(value) ? value : resolve(folder, value)));
}

/** Where a secret is: never its value, so that a configuration can be shown and logged. */
export function secret(folder: string) {
  return z.union([object({ file: path(folder) }), object({ env: text })], {
    error: 'must be { file: … } or { env: … }; a secret never stands in this file',
  });
}

/** Turns zod's findings into ours, one for each unknown key. */
export function listMistakes(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue): Issue[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, issue.message));
    return [{ path: issue.path, message: issue.code === 'invalid_type' ? wrongType(issue) : issue.message }];
  });
}

function unknownKey(path: readonly PropertyKey[], key: string, known: string): Issue {
  const pattern = [...path, key].map((step) => (typeof step === 'number' ? '*' : String(step))).join('.');
  const meant = nearestName(key, known.replace(/^known here: /, '').split(', '));
  const perhaps = meant === undefined ? '' : `; did you mean ${meant}?`;
  return {
    path: [...path, key],
    message: notBuiltYet.has(pattern) ? 'not built yet in this release' : `unknown key (${known})${perhaps}`,
  };
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};

function wrongType(issue: z.core.$ZodIssueInvalidType): string {
  const wanted = typeNames[issue.expected] ?? issue.expected;
  if (/received undefined/.test(issue.message)) return 'is missing';
  const numeric = issue.expected === 'string' && /received (number|boolean)/.test(issue.message);
  return `must be ${wanted}${numeric ? ' (put it in quotes)' : ''}`;
}
