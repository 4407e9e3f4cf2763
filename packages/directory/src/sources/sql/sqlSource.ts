import type { AttributeSource } from '../../ports.ts';
import { createFailover } from '../failover.ts';
import type { SourceReport } from '../report.ts';
import type { SourceKind, SourceSettings } from '../settings.ts';
import { type RawAnswer, takeValues } from '../takeValues.ts';
import { createLeftOutTeller } from '../tellLeftOut.ts';

export type SqlSourceSettings = Pick<SourceSettings, 'name' | 'attributes' | 'timeout'> & {
  readonly kind: Extract<SourceKind, { by: 'sql' }>;
};

/** No row has it. */
const nobody = 'gakumon-check';

/** Databases that hold the same; the key goes there as a parameter, never as a part of the statement. */
export function createSqlSource(settings: SqlSourceSettings, report: SourceReport): AttributeSource {
  const { name, attributes: names, timeout, kind } = settings;
  const tellLeftOut = createLeftOutTeller(name, report);
  const failover = createFailover(
    kind.databases.map((database) => ({
      name: database.name,
      ask: (key: string, within: number) => database.query(kind.query, key, within),
    })),
    { name, timeout, report },
  );
  return {
    name,
    async find(key) {
      const { attributes, leftOut } = takeValues(joinRows(await failover.ask(key)), names);
      tellLeftOut(leftOut);
      return attributes;
    },
    check: () => failover.check(nobody),
    close: async () => void (await Promise.allSettled(kind.databases.map((database) => database.close()))),
  };
}

/** Several rows are several values of their columns: a person with three affiliations has three rows. */
function joinRows(rows: readonly RawAnswer[]): RawAnswer {
  const columns = new Map<string, unknown[]>();
  for (const row of rows) {
    for (const [column, value] of Object.entries(row)) {
      const values = columns.get(column) ?? [];
      if (Array.isArray(value)) values.push(...value);
      else if (!values.includes(value)) values.push(value);
      columns.set(column, values);
    }
  }
  return Object.fromEntries(columns);
}
