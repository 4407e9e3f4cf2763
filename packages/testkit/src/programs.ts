import { accessSync, constants, existsSync, globSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { describe, test } from '@jest/globals';

const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/lib/apache2/modules',
  '/usr/lib/x86_64-linux-gnu/shibboleth',
  '/usr/lib/aarch64-linux-gnu/shibboleth',
  // Debian keeps PostgreSQL's servers beside one another; the newest first
  ...globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true })),
].filter((folder) => folder !== '');

/**
 * Where an installed program or server module is.
 * @param name a name looked for on PATH and where Debian keeps servers and their modules, or an absolute path
 * @returns its absolute path; undefined when it is not installed
 */
export function findProgram(name: string): string | undefined {
  const candidates = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
  return candidates.find(isReadableFile);
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs `body` as a jest `describe` when every program is installed. Otherwise the report has one skipped test that
 * names what is missing; under `GAKUMON_TEST_ALL=1` that test fails instead.
 * @param programs names as for {@link findProgram}
 */
export function describeWith(programs: readonly string[], title: string, body: () => void): void {
  const missing = programs.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const message = `not installed: ${missing.join(', ')}`;
  describe(title, () => {
    if (process.env.GAKUMON_TEST_ALL === '1') {
      test(`needs what is ${message}`, () => {
        throw new Error(message);
      });
    } else {
      test.skip(`skipped, ${message}`, () => {});
    }
  });
}

/**
 * Runs `body` with the folder of real federation metadata that lies beside a developer's checkout
 * (`../shared/metadata-samples`); elsewhere one skipped test says so, also under `GAKUMON_TEST_ALL=1`, since the
 * samples are not ours to ship.
 */
export function describeWithSamples(title: string, body: (folder: string) => void): void {
  const folder = resolve(import.meta.dirname, '../../../../shared/metadata-samples');
  describe(title, () => {
    if (existsSync(folder)) body(folder);
    else test.skip('skipped, no folder ../shared/metadata-samples beside the checkout', () => {});
  });
}
