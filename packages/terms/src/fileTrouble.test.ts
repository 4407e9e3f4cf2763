import { expect, test } from '@jest/globals';
import { fileTrouble } from './fileTrouble.ts';

test('a refusal of the system is told in words; one without words keeps its code', () => {
  expect(fileTrouble({ code: 'ENOENT' })).toBe('is missing');
  expect(fileTrouble({ code: 'EISDIR' })).toBe('is a folder, not a file');
  expect(fileTrouble({ code: 'EMFILE' })).toBe('cannot be used: EMFILE');
  expect(fileTrouble(new Error('odd'))).toBe('cannot be used: odd');
});
