import { stat } from 'node:fs/promises';
import type { Finding } from './finding.ts';

/** Nobody but this user may read a secret's file. */
export async function checkMode(file: string): Promise<Finding[]> {
  const { mode } = await stat(file);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return [];
  const bits = (mode & 0o777).toString(8);
  return [
    { level: 'warn', about: 'key', message: `${file} can be read by others (mode ${bits})`, hint: `chmod 600 ${file}` },
  ];
}
