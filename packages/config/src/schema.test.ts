import { describe, expect, test } from '@jest/globals';
import { parseDocument } from './document.ts';
import { list, object, text, version } from './schema.ts';

const schema = object({ version, names: list(text.array()) });
const read = (written: string) => () =>
  parseDocument(`version: 1\nnames:\n  - fine\n  - "${written}"\n`, 'a.yaml', schema, 'document-invalid');

describe('text', () => {
  test.each(['\\0', '\\x01', 'a\\x0Bb', '\\e[2J', '\\uFFFE', '\\uD842', '\\uDFB7\\uD842', 'a\\uDFB7'])(
    'attack: "%s", which no XML can hold, is refused with its line',
    (written) => {
      expect(read(written)).toThrow(
        expect.objectContaining({
          code: 'document-invalid',
          detail: expect.stringMatching(/^a\.yaml:4: names\[2\]: has a control character, or half a character/),
        }),
      );
    },
  );
  test.each([
    ['\\uD842\\uDFB7野', '𠮷野'],
    ['two\\tcolumns\\nand lines', 'two\tcolumns\nand lines'],
    ['\\uFFFD\\u00A0\\x7F\\x85!', '\uFFFD\u00a0\x7f\x85!'],
    ['  <&>\\"  ', '<&>"'],
  ])('"%s" is taken', (written, value) => {
    expect(read(written)()).toEqual({ version: 1, names: ['fine', value] });
  });
});
