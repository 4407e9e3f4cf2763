/**
 * Records as a file of JSON lines: a head, one line a row, and a foot with what was counted and hashed.
 *
 *     {"format":"gakumon-records","version":1,"schema":2,"exportedAt":"2024-04-08T09:00:00.000Z","gakumon":"1.0.0"}
 *     {"table":"throttles","row":{"bucket":"…","hits":3,"resets_at":1712566800000}}
 *     {"rows":{"throttles":1},"sha256":"…"}
 *
 * Blobs are base64. The hash is over all octets before the line of the foot.
 */
export const recordsFormat = 'gakumon-records';
export const formatVersion = 1;

/** Octets of one line: a document of 128 MiB as base64 fits. */
export const longestLine = 201_326_592;

export type FileHead = {
  /** The schema of the rows. */
  readonly schema: number;
  /** ISO 8601. */
  readonly exportedAt: string;
  /** The version of the program that wrote it. */
  readonly gakumon: string;
};

export type FileFoot = {
  readonly rows: Readonly<Record<string, number>>;
  /** Hex. */
  readonly sha256: string;
};

/** What a column holds. */
export type Cell = string | number | Uint8Array | null;
export type Row = Readonly<Record<string, Cell>>;

export function headLine(head: FileHead): string {
  return `${JSON.stringify({ format: recordsFormat, version: formatVersion, ...head })}\n`;
}

export function rowLine(table: string, row: Row): string {
  return `${JSON.stringify({ table, row: Object.fromEntries(Object.entries(row).map(writeCell)) })}\n`;
}

export function footLine(foot: FileFoot): string {
  return `${JSON.stringify(foot)}\n`;
}

function writeCell([column, cell]: [string, Cell]): [string, string | number | null] {
  if (cell instanceof Uint8Array) return [column, Buffer.from(cell).toString('base64')];
  // SQLite takes a NUL and PostgreSQL does not: a file that one of them can't take would be no file to move with
  return [column, typeof cell === 'string' ? cell.replaceAll('\0', '\uFFFD') : cell];
}
