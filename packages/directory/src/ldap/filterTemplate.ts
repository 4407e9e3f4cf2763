import { escapeDnValue, escapeFilterValue } from './escape.ts';

/** What a filter or a DN of the configuration is filled with. */
export type Filling = { readonly username: string; readonly dn?: string | undefined };

/** Puts a login name, and a DN, in their places in a filter; whatever they hold, the filter keeps its shape. */
export function fillFilter(template: string, { username, dn = '' }: Filling): string {
  const values = { username, dn };
  return template.replace(/\{(username|dn)\}/g, (_place, name: keyof typeof values) => escapeFilterValue(values[name]));
}

/** Puts a login name in its place in a DN. */
export function fillDn(template: string, username: string): string {
  return template.replaceAll('{username}', () => escapeDnValue(username));
}

/**
 * What is wrong with a filter of the configuration (RFC 4515, section 3), in words for the operator.
 * @returns undefined: nothing
 */
export function filterMistake(filter: string): string | undefined {
  if (filter.length > 2000) return 'is longer than 2000 characters';
  if (!filter.startsWith('(')) return 'must begin with a parenthesis, such as (uid={username})';
  if (/\\(?![0-7][0-9a-f])/i.test(filter))
    return 'has a backslash that is no escape such as \\2a; write other letters as they are';
  const end = readFilter(filter, 0);
  if (end === undefined) return 'is no LDAP filter: compare its parentheses, and look for attribute=value';
  return end < filter.length ? 'goes on behind its last parenthesis' : undefined;
}

const simple = /\((?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)(?::[\w.-]+)*(?:=|>=|<=|~=|:=)[^()]*\)/iy;

/** @returns where the filter that begins at `at` ends; undefined: it is none */
function readFilter(text: string, at: number): number | undefined {
  if (!/^\([&|!]/.test(text.slice(at, at + 2))) {
    simple.lastIndex = at;
    return simple.test(text) ? simple.lastIndex : undefined;
  }
  let end = at + 2;
  let count = 0;
  while (text[end] === '(') {
    const next = readFilter(text, end);
    if (next === undefined) return undefined;
    end = next;
    count += 1;
  }
  const right = text[at + 1] === '!' ? count === 1 : count > 0;
  return right && text[end] === ')' ? end + 1 : undefined;
}
