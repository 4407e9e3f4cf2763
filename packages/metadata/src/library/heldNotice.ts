import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeldDocument } from './sourceState.ts';

/** Lies in the copy: another document, held back later, is another copy, of which nobody was told. */
const noticeOf = ({ directory }: Pick<HeldDocument, 'directory'>): string => join(directory, 'told');

/** Writes down that an operator was told of a document that is held back. Where that can't be written he is told again. */
export async function noteTold(held: Pick<HeldDocument, 'directory'>): Promise<void> {
  await writeFile(noticeOf(held), '', { mode: 0o600 }).catch(() => undefined);
}

/** Whether an operator was told of this very document. */
export function wasTold(held: Pick<HeldDocument, 'directory'>): Promise<boolean> {
  return access(noticeOf(held)).then(
    () => true,
    () => false,
  );
}
