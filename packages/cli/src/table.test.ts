import { expect, test } from '@jest/globals';
import { formatTable } from './table.ts';

test('columns stand in line beside Japanese too', () => {
  expect(
    formatTable(
      ['name', 'source'],
      [
        ['図書館', 'a'],
        ['Library', 'b'],
      ],
    ),
  ).toBe('name     source\n図書館   a\nLibrary  b');
});

test('what a foreign document says cannot steer the terminal or forge a row', () => {
  const table = formatTable(['name'], [['\u009b2J\u001b[31mred\nforged'], ['\u202eright to left']]);
  for (const steering of ['\u001b', '\u009b', '\u202e']) expect(table).not.toContain(steering);
  expect(table.split('\n')).toHaveLength(3);
});
