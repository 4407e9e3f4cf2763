import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadReleaseRules } from '@gakumon/config';
import { GakumonError } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Notice } from './notice.ts';
import { watchDocument } from './watchedDocument.ts';

let file: string;
let notices: Notice[];
beforeEach(async () => {
  file = join(await temporaryFolder(), 'document');
  notices = [];
});

const report = (notice: Notice): void => void notices.push(notice);

async function loadNumber(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => 'gone');
  if (!/^\d+$/.test(text)) throw new GakumonError('document-invalid', { detail: `${path}: ${text}` });
  return Number(text);
}

describe('a watched document', () => {
  test('is read once for as long as its file stays the same', async () => {
    await writeFile(file, '1');
    let readings = 0;
    const document = await watchDocument(
      file,
      async (path) => {
        readings += 1;
        return loadNumber(path);
      },
      report,
    );
    await document.refresh();
    await document.refresh();
    expect([document.current(), readings, notices]).toEqual([1, 1, []]);
  });

  test('follows its file', async () => {
    await writeFile(file, '1');
    const document = await watchDocument(file, loadNumber, report);
    await writeFile(file, '22');
    await document.refresh();
    expect(document.current()).toBe(22);
    expect(notices).toMatchObject([{ level: 'info' }]);
  });

  test('keeps the last good value when the new one is bad or gone, and complains once of each', async () => {
    await writeFile(file, '1');
    const document = await watchDocument(file, loadNumber, report);
    await writeFile(file, 'bad');
    await document.refresh();
    await document.refresh();
    expect(document.current()).toBe(1);
    expect(notices).toMatchObject([{ level: 'error', fields: { reason: `${file}: bad` } }]);
    await rm(file);
    await document.refresh();
    await document.refresh();
    expect([document.current(), notices.length]).toEqual([1, 2]);
    await writeFile(file, '333');
    await document.refresh();
    expect(document.current()).toBe(333);
  });

  test('that becomes a bomb of aliases is refused with its lines; what was in force stays', async () => {
    await writeFile(file, 'version: 1\nrules: []\n');
    const document = await watchDocument(file, loadReleaseRules, report);
    const before = document.current();
    const bomb = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(
      (n) =>
        `a${n}: &a${n} [${
          n === 0
            ? 'x'
            : Array(10)
                .fill(`*a${n - 1}`)
                .join(', ')
        }]`,
    );
    await writeFile(file, bomb.join('\n'));
    await document.refresh();
    expect(document.current()).toBe(before);
    expect(notices).toMatchObject([
      { level: 'error', fields: { reason: expect.stringContaining(`${file}:2: *a0 is an alias`) } },
    ]);
  });

  test('that is bad at the start keeps the program from starting', async () => {
    await writeFile(file, 'bad');
    await expect(watchDocument(file, loadNumber, report)).rejects.toMatchObject({ code: 'document-invalid' });
  });
});
