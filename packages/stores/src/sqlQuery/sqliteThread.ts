import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { mostRows, oneStatement } from './oneStatement.ts';

/** What the thread is asked. */
export type SqliteQuestion = { readonly id: number; readonly text: string; readonly key: string };

/** What it answers, in the order of the questions. */
export type SqliteAnswer = { readonly id: number } & (
  | { readonly rows: readonly Record<string, unknown>[] }
  | { readonly failed: string }
);

const { file } = workerData as { readonly file: string };
/** Another program may write to it. */
const busyTimeoutMs = 200;

type Open = {
  readonly database: DatabaseSync;
  readonly stamp: string;
  readonly statements: Map<string, StatementSync>;
};
let open: Open | undefined;

/** A file that took the place of another is another database. */
function current(): Open {
  const { dev, ino } = statSync(file);
  const stamp = `${dev}:${ino}`;
  if (open?.stamp === stamp) return open;
  open?.database.close();
  open = undefined;
  const database = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
  open = { database, stamp, statements: new Map() };
  return open;
}

function ask({ text, key }: SqliteQuestion): readonly Record<string, unknown>[] {
  const { database, statements } = current();
  let statement = statements.get(text);
  if (statement === undefined) {
    statement = database.prepare(oneStatement(text));
    statement.setReadBigInts(true);
    statements.set(text, statement);
  }
  const rows: Record<string, unknown>[] = [];
  for (const row of text.includes('$1') ? statement.iterate({ $1: key }) : statement.iterate(key)) {
    rows.push({ ...row });
    if (rows.length > mostRows) break;
  }
  return rows;
}

parentPort?.on('message', (question: SqliteQuestion) => {
  const answer = (found: object) => parentPort?.postMessage({ id: question.id, ...found });
  try {
    answer({ rows: ask(question) });
  } catch (error) {
    answer({ failed: Error.isError(error) ? error.message : String(error) });
  }
});
