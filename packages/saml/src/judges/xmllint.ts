import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, temporaryFolder } from '@gakumon/testkit';

/**
 * The canonical forms of documents, with comments, one after the other, as libxml2 sees them.
 * @throws Error when it takes one of them for malformed
 */
export async function canonicaliseWithXmllint(
  documents: readonly (string | Uint8Array)[],
  kind: 'exclusive' | 'inclusive' = 'exclusive',
): Promise<string> {
  const form = kind === 'inclusive' ? '--c14n' : '--exc-c14n';
  const { code, stdout, stderr } = await runProgram('xmllint', [form, ...(await writeAll(documents))]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** Which of the documents libxml2 takes for well-formed. Neither that a namespace name is a URI nor that an ID is unique is a matter of form. */
export async function selectWellFormed(documents: readonly (string | Uint8Array)[]): Promise<readonly boolean[]> {
  const files = await writeAll(documents);
  const { stderr } = await runProgram('xmllint', ['--noout', '--nonet', ...files]);
  const errors = stderr.split('\n').filter((line) => /(?<! validity) error : (?!.* is not a valid URI$)/.test(line));
  return files.map((file) => !errors.some((line) => line.startsWith(`${file}:`)));
}

async function writeAll(documents: readonly (string | Uint8Array)[]): Promise<readonly string[]> {
  const folder = await temporaryFolder();
  const files = documents.map((_, index) => join(folder, `${index}.xml`));
  await Promise.all(documents.map((document, index) => writeFile(files[index] ?? '', document)));
  return files;
}
