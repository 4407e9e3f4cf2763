import { createHash } from 'node:crypto';
import type { Database } from '../sql/database.ts';
import { readRows } from './readRows.ts';
import { footLine, headLine, rowLine } from './recordsFile.ts';
import type { TableShape } from './tableShapes.ts';

/** What went into a file, or came out of it. */
export type ExchangeSummary = {
  /** The schema of the rows in the file. */
  readonly schema: number;
  /** By the name of the table. */
  readonly rows: Readonly<Record<string, number>>;
};

export type ExportOptions = {
  /** The version of this program, for whoever reads the file. */
  readonly gakumon: string;
  /** Milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((rows: number, of: number) => void) | undefined;
};

/** Takes the next piece of a file; resolves when it has room for another. */
export type WriteText = (text: string) => Promise<void>;

const pieceLength = 1_048_576;

/**
 * Writes all rows, a page of each table at a time.
 * @param db a snapshot
 * @param schema that the rows are of
 * @throws what `write` throws, and what `signal` was aborted with
 */
export async function exportRecords(
  db: Database,
  tables: readonly TableShape[],
  schema: number,
  write: WriteText,
  { gakumon, now, signal, onProgress }: ExportOptions,
): Promise<ExchangeSummary> {
  const counts = await countRows(db, tables);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const file = hashingWriter(write);
  await file.add(headLine({ schema, exportedAt: new Date(now).toISOString(), gakumon }));
  const rows: Record<string, number> = {};
  let done = 0;
  for (const table of tables) {
    rows[table.name] = 0;
    for await (const page of readRows(db, table)) {
      signal?.throwIfAborted();
      for (const row of page) await file.add(rowLine(table.name, row));
      rows[table.name] = (rows[table.name] ?? 0) + page.length;
      done += page.length;
      onProgress?.(done, all);
    }
  }
  await file.end((sha256) => footLine({ rows, sha256 }));
  return { schema, rows };
}

/** How many rows each table has. */
export async function countRows(db: Database, tables: readonly TableShape[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const row = await db
      .selectFrom(name)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    counts[name] = Number(row.count);
  }
  return counts;
}

/** Gathers lines into larger pieces, and hashes all but the last line. */
function hashingWriter(write: WriteText) {
  const hash = createHash('sha256');
  let gathered = '';
  const flush = async (): Promise<void> => {
    const piece = gathered;
    gathered = '';
    await write(piece);
  };
  return {
    async add(line: string): Promise<void> {
      hash.update(line);
      gathered += line;
      if (gathered.length >= pieceLength) await flush();
    },
    async end(lastLine: (sha256: string) => string): Promise<void> {
      gathered += lastLine(hash.digest('hex'));
      await flush();
    },
  };
}
