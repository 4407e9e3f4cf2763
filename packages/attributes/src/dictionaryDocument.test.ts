import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dictionaryTable } from './dictionaryDocument.ts';

const docs = join(import.meta.dirname, '../../../docs');
const table = /(?<=<!-- Made from [^\n]* -->\n\n)\|.*?(?=\n\n)/s;

test.each([
  ['en', 'attributes.md'],
  ['ja', 'attributes.ja.md'],
] as const)(
  'the table of the dictionary (%s) says what the program does; GAKUMON_UPDATE_DOCS=1 writes it anew',
  async (language, name) => {
    const file = join(docs, name);
    const text = await readFile(file, 'utf8');
    if (process.env.GAKUMON_UPDATE_DOCS === '1') {
      await writeFile(
        file,
        text.replace(table, () => dictionaryTable(language)),
      );
    }
    expect(table.exec(await readFile(file, 'utf8'))?.[0]).toBe(dictionaryTable(language));
  },
);
