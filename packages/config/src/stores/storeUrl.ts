import { text } from '../schema.ts';

/** The pieces of an address such as `postgres://user@host1,host2:5433/database?sslmode=disable`, as they were written. */
export type StoreUrl = {
  readonly scheme: string;
  readonly user: string | undefined;
  /** Between `//` and the path, without the user. */
  readonly hosts: string;
  /** Behind the slash, decoded; empty when there is nothing. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
};

/** Takes one mistake, in words that never repeat what was written: it may hold a password. */
export type Complain = (message: string) => void;

const form = /^([a-z]+):\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^/?#@]*))?(?:\?([^#@]*))?$/;

/** Where a password belongs, for whoever wrote it into an address. */
const noPassword = (group: string) =>
  `a password never stands in this file: write { ${group}: { url: …, password: { file: … } } }, or { env: … }`;

/**
 * Takes an address apart. It complains of a password in it.
 * @param group the group of keys that has `password`
 * @returns undefined when it complained of the whole
 */
export function parseStoreUrl(written: string, group: string, complain: Complain): StoreUrl | undefined {
  const [, scheme, login, hosts, path = '', query = ''] = form.exec(written) ?? [];
  if (scheme === undefined || hosts === undefined) {
    complain('is no address of a store; in a name, write @ / ? # and % as %40 %2F %3F %23 and %25');
    return undefined;
  }
  const parameters = new URLSearchParams(query);
  if (login?.includes(':') || parameters.has('password')) {
    complain(noPassword(group));
    return undefined;
  }
  try {
    const user = login ? decodeURIComponent(login) : undefined;
    const url = { scheme, user, hosts, path: decodeURIComponent(path), query: new Map(parameters) };
    if ([user ?? '', hosts, url.path].some(hasControls)) {
      complain(noControls);
      return undefined;
    }
    return url;
  } catch {
    complain('has a % that begins no escape; write it as %25');
    return undefined;
  }
}

const noControls =
  'has a control character, such as an end of line, or one that no text holds; nothing of a store is called so';

/** A server would cut a name there, and a terminal would obey it. */
const hasControls = (written: string): boolean => /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(written);

/** What something of a store is called. */
export const storeName = text.refine((written) => !hasControls(written), { error: noControls });
