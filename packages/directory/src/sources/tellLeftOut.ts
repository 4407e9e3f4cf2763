import type { SourceReport } from './report.ts';

/** More names than any table has columns; what comes after them is not told. */
const mostTold = 200;

/** Tells of each attribute once that something of it was left out; its values are never told. */
export function createLeftOutTeller(source: string, report: SourceReport): (attributes: readonly string[]) => void {
  const told = new Set<string>();
  return (attributes) => {
    for (const attribute of attributes) {
      if (told.has(attribute) || told.size >= mostTold) continue;
      told.add(attribute);
      const message =
        'a source of attributes says what cannot be used, and it was left out: no text, number or list of them, too long, or no name of an attribute';
      report({ level: 'warn', message, fields: { source, attribute: attribute.replace(/\p{C}/gu, '?') } });
    }
  };
}
