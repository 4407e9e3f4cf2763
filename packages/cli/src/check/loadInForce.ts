import type { DocumentReport } from '@gakumon/assembly';
import { textInForce } from './checkShared.ts';

/** What is in force, be it what the file says or not. */
export async function loadInForce<T>(
  reports: readonly DocumentReport[],
  file: string,
  load: (file: string) => Promise<T>,
  parse: (text: string, label: string) => T,
): Promise<T> {
  const text = textInForce(reports, file);
  return text === undefined ? load(file) : parse(text, `${file} (as published)`);
}
