import type { AttributeSource } from '../ports.ts';
import { createCsvSource } from './csv/csvSource.ts';
import { createHttpSource } from './http/httpSource.ts';
import type { SourceReport } from './report.ts';
import type { SourceSettings } from './settings.ts';
import { createSqlSource } from './sql/sqlSource.ts';

/** Makes a source of its settings. Nothing is asked or read before the first person is asked for. */
export function createSource(settings: SourceSettings, report: SourceReport): AttributeSource {
  const { kind } = settings;
  switch (kind.by) {
    case 'sql':
      return createSqlSource({ ...settings, kind }, report);
    case 'http':
      return createHttpSource({ ...settings, kind }, report);
    case 'csv':
      return createCsvSource({ ...settings, kind }, report);
  }
}
