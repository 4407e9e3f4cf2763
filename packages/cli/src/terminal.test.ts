import { afterEach, expect, jest, test } from '@jest/globals';
import { processTerminal } from './terminal.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('attack: nothing that is printed or said steers the terminal, whoever wrote it', () => {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  }
  const terminal = processTerminal();
  terminal.print('図書館\u009b2J\u202e\nsecond');
  terminal.say('warning', 'left\u202eright\u2066\u001b[2J\nsecond');
  expect(written).toEqual([
    '図書館\\u009b2J\\u202e\nsecond\n',
    'gakumon: warning: left right [2J\n',
    'gakumon: warning: second\n',
  ]);
});
