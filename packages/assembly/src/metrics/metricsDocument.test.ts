import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { metricsDocument } from './metricsDocument.ts';
import { metricTable } from './metricTable.ts';

const file = join(import.meta.dirname, '../../../../docs/metrics.md');

test('docs/metrics.md says what the program does; GAKUMON_UPDATE_DOCS=1 writes it anew', async () => {
  if (process.env.GAKUMON_UPDATE_DOCS === '1') await writeFile(file, metricsDocument());
  expect(await readFile(file, 'utf8')).toBe(metricsDocument());
});

test('its alerts ask for metrics that there are', () => {
  const asked = metricsDocument().match(/(?<=expr: .*)gakumon_\w+/g) ?? [];
  expect(asked).toHaveLength(4);
  for (const name of asked) expect(Object.keys(metricTable)).toContain(name);
});
