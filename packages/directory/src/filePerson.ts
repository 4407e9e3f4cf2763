import { parsePasswordHash } from './passwordHash.ts';
import { parseTotpSecret } from './totpSecret.ts';
import { normaliseUsername } from './username.ts';

/** One entry of users.yaml, its shape already checked. What it holds is checked by `listFilePeopleMistakes`. */
export type FilePerson = {
  /** In the form that `normaliseUsername` gives. */
  readonly username: string;
  /** As `hashPassword` writes it. */
  readonly passwordHash: string;
  readonly groups: readonly string[];
  /** As `parseTotpSecret` takes it; for demonstrations and tests. */
  readonly totpSecret: string | undefined;
  /** Whether signing in is refused for now, with the right password too. Left out: no. */
  readonly isDisabled?: boolean | undefined;
  /** When the account opens, milliseconds; left out: it is open. */
  readonly opensAt?: number | undefined;
  /** When it closes, milliseconds; left out: never. */
  readonly expiresAt?: number | undefined;
  /** By attribute id of the dictionary, or `affiliation`; a single value of the file is a list of one here. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
};

/** Something wrong with an entry of users.yaml; `index` and `field` lead to its line. */
export type FilePersonMistake = {
  readonly index: number;
  readonly field: 'username' | 'passwordHash' | 'totpSecret';
  readonly message: string;
};

/** Everything that would keep somebody in the file from logging in, or two from being told apart. Empty: good. */
export function listFilePeopleMistakes(people: readonly FilePerson[]): readonly FilePersonMistake[] {
  const seen = new Set<string>();
  return people.flatMap((person, index) => {
    const mistakes = listMistakes(person, seen).map((mistake) => ({ index, ...mistake }));
    seen.add(person.username);
    return mistakes;
  });
}

function listMistakes(person: FilePerson, seen: ReadonlySet<string>): Omit<FilePersonMistake, 'index'>[] {
  const usernameProblem = findUsernameProblem(person.username, seen);
  return [
    ...(usernameProblem === undefined ? [] : [{ field: 'username' as const, message: usernameProblem }]),
    ...(parsePasswordHash(person.passwordHash) === undefined
      ? [{ field: 'passwordHash' as const, message: 'not a line that `gakumon user hash` prints' }]
      : []),
    ...(person.totpSecret !== undefined && parseTotpSecret(person.totpSecret) === undefined
      ? [{ field: 'totpSecret' as const, message: 'must be Base32 (A-Z, 2-7) of at least 80 bits: 16 characters' }]
      : []),
  ];
}

function findUsernameProblem(written: string, seen: ReadonlySet<string>): string | undefined {
  const { username, looksLikeMail } = normaliseUsername(written);
  if (username === undefined) {
    return 'empty, too long, or with white space or control characters inside';
  }
  if (looksLikeMail) {
    return 'a login name has no @; a mail address goes to the attribute mail';
  }
  if (username !== written) {
    return `must be written ${JSON.stringify(username)}, as what people type is normalised`;
  }
  return seen.has(username) ? `${JSON.stringify(username)} stands in the file twice` : undefined;
}
