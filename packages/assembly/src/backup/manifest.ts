import { GakumonError, quoteUntrusted } from '@gakumon/terms';

export const manifestPath = 'manifest.json';
/** The records, as they are exported. */
export const recordsPath = 'records.jsonl';
/** What lies in the folder of the configuration, and below. */
export const insideFolder = 'files/';
/** What the configuration names elsewhere. */
export const outsideFolder = 'outside/';

const backupFormat = 'gakumon-backup';
const backupVersion = 1;

export type BackedUpFile = {
  /** In the archive. */
  readonly path: string;
  /** Where it was; absolute. Undefined: the records. */
  readonly original?: string | undefined;
  /** Octets. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** Permission bits. */
  readonly mode: number;
};

/** What is in a backup; the first file in it. */
export type Manifest = {
  /** The version of the program that made it. */
  readonly gakumon: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** The name of the configuration, in `insideFolder`. */
  readonly config: string;
  /** Folders that the configuration names, as in the archive: an empty one is in no file's path. */
  readonly folders: readonly string[];
  /** Every path that the configuration names, in its order; absolute. */
  readonly named: readonly string[];
  /** Environment variables with secrets, which are not in it. */
  readonly variables: readonly string[];
  readonly files: readonly BackedUpFile[];
};

export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify({ format: backupFormat, version: backupVersion, ...manifest }, undefined, 2)}\n`;
}

/**
 * @param refuse says what is wrong with it
 * @throws what `refuse` throws
 */
export function readManifest(text: string, refuse: (what: string) => never): Manifest {
  const value = parse(text, refuse);
  if (value.format !== backupFormat) return refuse('is no backup of Gakumon');
  if (value.version !== backupVersion) {
    return refuse(`has version ${quoteUntrusted(String(value.version))} of the format; known here: ${backupVersion}`);
  }
  const texts = (name: string): readonly string[] => {
    const list = value[name];
    return Array.isArray(list) && list.every(isText) ? list : refuse(`has a manifest without ${name}`);
  };
  const { gakumon, createdAt, config, files } = value;
  if (!isText(gakumon) || !isText(createdAt) || !isText(config) || !Array.isArray(files) || !files.every(isFile)) {
    return refuse('has a manifest that lacks something');
  }
  return {
    gakumon,
    createdAt,
    config,
    folders: texts('folders'),
    named: texts('named'),
    variables: texts('variables'),
    files,
  };
}

function parse(text: string, refuse: (what: string) => never): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : refuse('has a manifest that is no object');
  } catch (error) {
    if (error instanceof GakumonError) throw error;
    return refuse('has a manifest that is not JSON');
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';

function isFile(value: unknown): value is BackedUpFile {
  if (!isObject(value)) return false;
  const { path, original, size, sha256, mode } = value;
  return (
    isText(path) &&
    (original === undefined || isText(original)) &&
    Number.isSafeInteger(size) &&
    isText(sha256) &&
    Number.isSafeInteger(mode)
  );
}
