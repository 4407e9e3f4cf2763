import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { gatherLines } from './gatherLines.ts';
import { createLog } from './log.ts';

/** A stream that keeps what it was given, write by write. */
function keepWrites() {
  const writes: string[] = [];
  const first = Promise.withResolvers<string>();
  const write = (text: string): void => {
    writes.push(text);
    first.resolve(text);
  };
  return { write, writes, first: first.promise };
}

const answer = { requestId: 'r', method: 'GET', path: '/', status: 200, milliseconds: 1, address: '192.0.2.1' };
const refusal = {
  requestId: 's',
  address: '192.0.2.1',
  case: undefined,
  code: 'acs-unknown',
  detail: undefined,
  serviceProvider: undefined,
  username: undefined,
};
const messagesOf = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line).msg);

describe('lines that are gathered', () => {
  test('go out together, after a moment', async () => {
    const kept = keepWrites();
    const lines = gatherLines(kept);
    for (const line of ['a\n', 'b\n', 'c\n']) lines.write(line);
    expect(kept.writes).toEqual([]);
    expect(await kept.first).toBe('a\nb\nc\n');
  });

  test('do not wait when there are many', () => {
    const kept = keepWrites();
    const lines = gatherLines(kept);
    for (let count = 0; count < 100; count += 1) lines.write(`${'x'.repeat(99)}\n`);
    expect(kept.writes).toHaveLength(1);
    lines.flush();
    lines.flush();
    expect(kept.writes.join('')).toHaveLength(10_000);
    expect(kept.writes).toHaveLength(2);
  });

  test('a refusal or a failure takes them along at once, in their order', () => {
    const kept = keepWrites();
    const log = createLog(gatherLines(kept));
    log.answered(answer);
    expect(kept.writes).toEqual([]);
    log.refused(refusal);
    expect(messagesOf(kept.writes)).toEqual(['answered', 'refused']);
    log.answered(answer);
    log.failed(refusal, new Error('odd'));
    log.answered(answer);
    log.flush();
    expect(messagesOf(kept.writes)).toEqual(['answered', 'refused', 'answered', 'failed', 'answered']);
  });

  test.each([
    ['ends', ''],
    ['exits', 'process.exit(0);'],
    ['breaks', 'setImmediate(() => { process.exitCode = 0; throw new Error(); });'],
  ])('none is lost when the process %s', async (_, ending) => {
    const program = `
      const { createLog } = await import(${JSON.stringify(join(import.meta.dirname, 'log.ts'))});
      const log = createLog();
      for (let status = 1; status <= 50; status += 1) log.answered({ ...${JSON.stringify(answer)}, status });
      ${ending}`;
    const ran = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
    const { stderr } = await ran.catch((error: { stderr: string }) => error);
    const lines = stderr.split('\n').filter((line) => line.includes('"answered"'));
    expect(lines.map((line) => JSON.parse(line).status)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });
});
