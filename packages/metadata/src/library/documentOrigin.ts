import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import { isSmallJob } from './intake/chooseIntake.ts';
import { documentFile } from './intake/documentFile.ts';
import { stampOfFile } from './readSigners.ts';
import type { HttpValidators, IntakeJob } from './refreshing.ts';

/** Where one document comes from. */
export type DocumentOrigin = {
  /** How a problem calls it. */
  readonly label: string;
  /** Its path, where it is a file of the operator. */
  readonly file?: string | undefined;
  /**
   * What it looks like now; another look means another document. Undefined: time decides when it is asked again.
   * @throws GakumonError `file-unreadable`
   */
  readonly look: () => Promise<string | undefined>;
  /**
   * Where an intake takes it from. May write into the directory of the copy.
   * @throws GakumonError `store-unavailable`, `secret-unopenable`
   */
  readonly from: (into: string, validators: HttpValidators) => Promise<IntakeJob['from']>;
  /** Whether taking it in is a matter of milliseconds. */
  readonly isSmall: () => Promise<boolean>;
  /** Whether the guard looks at it: never where an operator who just loaded it has looked. */
  readonly guard: 'always' | 'if-signed-or-large' | 'never';
};

export function originOfFile(path: string): DocumentOrigin {
  return {
    label: path,
    file: path,
    look: () => stampOfFile(path),
    from: async () => ({ file: path }),
    isSmall: () => isSmallJob({ file: path }),
    guard: 'if-signed-or-large',
  };
}

export function originOfUrl(url: string): DocumentOrigin {
  return {
    label: url,
    look: async () => undefined,
    from: async (_into, validators) => ({ url, validators }),
    isSmall: async () => false,
    guard: 'always',
  };
}

/** The document of a copy, to be judged again; the new copy shares it. */
export async function fromStoredDocument(copy: string, into: string): Promise<IntakeJob['from']> {
  const file = join(into, documentFile);
  // Some file systems know no links.
  await link(join(copy, documentFile), file).catch(() => copyFile(join(copy, documentFile), file));
  return { file };
}
