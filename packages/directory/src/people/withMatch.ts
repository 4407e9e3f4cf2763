import type { Username } from '@gakumon/terms';
import type { Directory } from '../ports.ts';

/** Whether a login name fits one of the patterns, in which `*` stands for any number of characters. */
export type NameMatch = (username: Username) => boolean;

/**
 * Compiles the patterns of `match`. They are read as what people type is: without regard to case. Each name is looked
 * through once, whatever the pattern: nobody holds a login up by a pattern of many stars.
 */
export function compileMatch(patterns: readonly string[]): NameMatch {
  const compiled = patterns.map(compilePattern);
  return (username) => compiled.some((fits) => fits(username));
}

/**
 * The people of a directory whose names fit; of others it knows nothing, and nothing is asked of it.
 * @param patterns undefined: all fit
 */
export function withMatch(directory: Directory, patterns: readonly string[] | undefined): Directory {
  if (patterns === undefined) return directory;
  const fits = compileMatch(patterns);
  const { lookUp, totpSecretOf, changePassword, listUsernames } = directory;
  return {
    ...directory,
    mayKnow: (username) => fits(username) && (directory.mayKnow?.(username) ?? true),
    ...(lookUp && { lookUp: async (username) => (fits(username) ? lookUp(username) : undefined) }),
    find: async (username, known) => (fits(username) ? directory.find(username, known) : undefined),
    verifyPassword: async (username, password, options) =>
      fits(username) ? directory.verifyPassword(username, password, options) : { kind: 'rejected' },
    ...(totpSecretOf && { totpSecretOf: async (username) => (fits(username) ? totpSecretOf(username) : undefined) }),
    ...(changePassword && {
      changePassword: async (username, passwords) =>
        fits(username) ? changePassword(username, passwords) : { kind: 'rejected' },
    }),
    ...(listUsernames && { listUsernames: () => only(listUsernames(), fits) }),
  };
}

async function* only(usernames: AsyncIterable<Username>, fits: NameMatch): AsyncIterable<Username> {
  for await (const username of usernames) if (fits(username)) yield username;
}

function compilePattern(pattern: string): NameMatch {
  const [first = '', ...rest] = pattern.normalize('NFC').toLowerCase().split('*');
  const last = rest.pop();
  if (last === undefined) return (username) => username === first;
  return (username) => {
    if (username.length < first.length + last.length || !username.startsWith(first) || !username.endsWith(last)) {
      return false;
    }
    return holdsInOrder(username.slice(first.length, username.length - last.length), rest);
  };
}

/** The first place of each part is the best one: it leaves most for the others. */
function holdsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
