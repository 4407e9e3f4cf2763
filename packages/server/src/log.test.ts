import { expect, test } from '@jest/globals';
import { createLog } from './log.ts';

const about = { requestId: 'r', address: '192.0.2.1', case: undefined, code: 'acs-unknown', username: undefined };

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(
    createLog({
      write: (line) => {
        text += line;
      },
    }),
  );
  return text;
}

test('an endless text from outside does not fill the log', () => {
  const endless = 'x'.repeat(110_000);
  const refused = logged((log) => log.refused({ ...about, detail: endless, serviceProvider: endless }));
  const failed = logged((log) =>
    log.failed({ ...about, detail: endless, serviceProvider: undefined }, new Error(endless)),
  );
  const answer = { requestId: 'r', method: 'GET', status: 404, milliseconds: 1, address: '192.0.2.1' };
  const answered = logged((log) => log.answered({ ...answer, path: `/${endless}` }));
  expect(answered.length).toBeLessThan(1_500);
  expect(refused.length).toBeLessThan(2_500);
  expect(failed.length).toBeLessThan(12_000);
  expect(JSON.parse(refused).detail).toBe(`${'x'.repeat(1_000)}… (110000 characters)`);
});

test('a text from outside neither breaks its line nor steers a terminal, and is still the same text', () => {
  const hostile = 'a\n\u001b[2J\u009b31m\u0085\u202e\u2066\u2028\u2029\ufeff\u{e0041}\u007f"b';
  const line = logged((log) => log.refused({ ...about, detail: hostile, serviceProvider: undefined }));
  expect(line).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(line).detail).toBe(hostile);
  const answer = { requestId: 'r', method: 'GET', path: hostile, status: 404, milliseconds: 1, address: '192.0.2.1' };
  const answered = logged((log) => log.answered(answer));
  expect(answered).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(answered).path).toBe(hostile);
});

test('an error has its type and its stack', () => {
  const line = logged((log) =>
    log.failed({ ...about, detail: undefined, serviceProvider: undefined }, new TypeError('odd')),
  );
  expect(JSON.parse(line).err).toMatchObject({ type: 'TypeError', message: 'odd' });
  expect(JSON.parse(line).err.stack).toContain('log.test.ts');
});
