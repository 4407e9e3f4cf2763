import { readRegularFile } from '@gakumon/files';
import { type ErrorCode, GakumonError, isGakumonError } from '@gakumon/terms';
import { type LocatedDocument, parseYaml } from './locatedYaml.ts';
import { listMistakes, type Schema } from './schema.ts';

/** One thing wrong in a file, where it stands. `line` counts from 1. */
export type Mistake = { readonly line: number; readonly message: string };

/** A hundred thousand people fit; octets. */
const longestDocument = 33_554_432;

/**
 * Reads a YAML file and checks it against a schema, finding every mistake before it complains.
 * @param code what to throw when something is wrong: `config-invalid` or `document-invalid`
 * @throws GakumonError `code` with all mistakes as `file:line: message`, one a line; `config-missing` or `file-unreadable`
 */
export async function loadDocument<T>(file: string, schema: Schema<T>, code: ErrorCode): Promise<T> {
  return parseDocument(await readText(file, code), file, schema, code);
}

/**
 * The text of a document, for {@link parseDocument} to judge.
 * @throws GakumonError `file-unreadable`; `document-invalid` when it is not UTF-8
 */
export function readDocumentText(file: string): Promise<string> {
  return readText(file, 'document-invalid');
}

/** The same for a text that is already in hand; `file` is only its name in messages. */
export function parseDocument<T>(text: string, file: string, schema: Schema<T>, code: ErrorCode): T {
  const document = parseYaml(text);
  if (document.mistakes.length > 0) throw mistaken(file, code, document.mistakes);
  const result = schema.safeParse(document.value);
  if (result.success) return deepFreeze(result.data);
  throw mistaken(file, code, locate(document, listMistakes(result.error)));
}

function locate(document: LocatedDocument, found: ReturnType<typeof listMistakes>): Mistake[] {
  return found.map(({ path, message }) => ({
    line: document.lineOf(path),
    message: path.length === 0 ? message : `${pathText(path)}: ${message}`,
  }));
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step + 1}]` : `${text}${text && '.'}${String(step)}`),
    '',
  );
}

function mistaken(file: string, code: ErrorCode, mistakes: readonly Mistake[]): GakumonError {
  const lines = mistakes
    .toSorted((a, b) => a.line - b.line)
    .map((mistake) => `${file}:${mistake.line}: ${mistake.message}`);
  return new GakumonError(code, { detail: [...new Set(lines)].join('\n') });
}

async function readText(file: string, code: ErrorCode): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(file, longestDocument);
  } catch (error) {
    if (code !== 'config-invalid' || !isGakumonError(error) || !isMissing(error.cause)) throw error;
    throw new GakumonError('config-missing', { detail: `${file} is missing` });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw mistaken(file, code, [{ line: 1, message: 'the file is not UTF-8' }]);
  }
}

const isMissing = (cause: unknown): boolean => (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
