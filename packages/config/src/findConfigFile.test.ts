import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { findConfigFile } from './findConfigFile.ts';

test('the option wins over the environment, and that over the usual places', async () => {
  const folder = await temporaryFolder();
  const usual = join(folder, 'gakumon.yaml');
  await writeFile(usual, 'version: 1\n');
  expect(findConfigFile('a.yaml', { GAKUMON_CONFIG: 'b.yaml' }, folder)).toBe(join(folder, 'a.yaml'));
  expect(findConfigFile(undefined, { GAKUMON_CONFIG: 'b.yaml' }, folder)).toBe(join(folder, 'b.yaml'));
  expect(findConfigFile(undefined, {}, folder)).toBe(usual);
  expect(() => findConfigFile(undefined, {}, join(folder, 'empty'))).toThrow(/config-missing/);
});
