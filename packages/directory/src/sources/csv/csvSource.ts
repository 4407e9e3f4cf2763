import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AttributeSource } from '../../ports.ts';
import { normaliseUsername } from '../../username.ts';
import { sourceAway, wordsOf } from '../refusal.ts';
import type { SourceReport } from '../report.ts';
import type { SourceKind, SourceSettings } from '../settings.ts';
import { takeValues } from '../takeValues.ts';
import { createLeftOutTeller } from '../tellLeftOut.ts';
import { within } from '../within.ts';
import type { Table } from './readTable.ts';

export type CsvSourceSettings = Pick<SourceSettings, 'name' | 'key' | 'attributes'> & {
  readonly kind: Extract<SourceKind, { by: 'csv' }>;
};

/** Between two looks whether the file has changed, milliseconds. */
const lookEvery = 1000;
/** So long a table that has changed is waited for; after that the former one answers, milliseconds. */
const patience = 500;

type Kept = { readonly table: Table; readonly stamp: string };

/**
 * A table in a file, kept in memory. It is read again when it has changed; the last good one stays when the new one cannot
 * be used.
 * @param now milliseconds, from anywhere; it never goes back
 */
export function createCsvSource(
  settings: CsvSourceSettings,
  report: SourceReport,
  now: () => number = () => performance.now(),
): AttributeSource {
  const { name, kind } = settings;
  const keyOf = settings.key === 'username' ? usernameOf : plainKeyOf;
  const wanted = settings.attributes && new Set(Object.values(settings.attributes));
  const isKept = (column: string): boolean => wanted?.has(column) ?? true;
  const tellLeftOut = createLeftOutTeller(name, report);
  let kept: Kept | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  /** The stamp of what could not be used, and why. */
  let bad: { readonly stamp: string; readonly reason: string } | undefined;

  async function look(): Promise<void> {
    lookedAt = now();
    const stamp = await stampOf(kind.file).catch((error: unknown) => error);
    if (typeof stamp !== 'string') return refuse('', wordsOf(stamp));
    if (stamp === kept?.stamp) {
      bad = undefined;
      return;
    }
    // A big one that cannot be used is not read again every second.
    if (stamp === bad?.stamp) return;
    try {
      // On first use: most have no table, and never load its parser
      const { readTable } = await import('./readTable.ts');
      const table = await readTable(kind.file, { ...kind, keyOf, isKept, wanted });
      if ((await stampOf(kind.file)) !== stamp) throw new Error('it was written to while it was read');
      kept = { table, stamp };
      bad = undefined;
    } catch (error) {
      refuse(stamp, wordsOf(error));
    }
  }

  function refuse(stamp: string, reason: string): void {
    const isNews = bad?.reason !== reason || bad.stamp !== stamp;
    bad = { stamp, reason };
    if (!isNews) return;
    const message =
      kept === undefined
        ? 'a table of attributes cannot be used'
        : 'a table of attributes cannot be used, and the last good one stays in force';
    report({ level: 'warn', message, fields: { source: name, file: kind.file, reason } });
  }

  async function current(): Promise<Table> {
    if (looking === undefined && now() - lookedAt >= lookEvery) {
      looking = look().finally(() => {
        looking = undefined;
      });
    }
    const former = kept;
    if (former === undefined) await looking;
    else if (looking !== undefined) await within(looking, patience, () => new Error()).catch(() => {});
    if (kept !== undefined) return kept.table;
    throw sourceAway(name, `${basename(kind.file)}: ${bad?.reason ?? 'it could not be read'}`);
  }

  return {
    name,
    async find(key) {
      const table = await current();
      const { attributes, leftOut } = takeValues(joinCells(table, keyOf(key) ?? '', kind), settings.attributes);
      tellLeftOut(leftOut);
      return attributes;
    },
    async check() {
      await current();
      return bad === undefined ? [] : [`${basename(kind.file)}: ${bad.reason}; the last good table stays in force`];
    },
  };
}

/** A file that was replaced by another of the same size at the same time still has another number. */
async function stampOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true });
  if (!found.isFile()) throw new Error('it is no regular file');
  return `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}`;
}

const usernameOf = (cell: string): string | undefined => normaliseUsername(cell).username;
const plainKeyOf = (cell: string): string | undefined => (cell.trim() === '' ? undefined : cell.trim());

function joinCells(
  { columns, rowsOf }: Table,
  key: string,
  { separator }: CsvSourceSettings['kind'],
): Readonly<Record<string, readonly string[]>> {
  const rows = rowsOf(key);
  const valuesOf = (index: number): readonly string[] =>
    rows.flatMap((cells) => (separator === undefined ? [cells[index] ?? ''] : (cells[index] ?? '').split(separator)));
  return Object.fromEntries(columns.map((column, index) => [column, valuesOf(index)] as const));
}
