import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type RunningProcess, startProcess, temporaryFolder } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';

const order = pathToFileURL(resolve(import.meta.dirname, 'orderToStop.ts')).href;

/** A program that takes orders to stop while a thread of it is held by a read that never returns. */
async function startHeld(limit: number): Promise<RunningProcess> {
  const folder = await temporaryFolder();
  const pipe = join(folder, 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  const program = join(folder, 'program.mjs');
  await writeFile(
    program,
    `import { readFile } from 'node:fs/promises';
import { orderToStop } from '${order}';
const stop = orderToStop((reason) => console.log('ended: ' + reason), ${limit});
stop.ordered.then(() => console.log('ordered'));
readFile(${JSON.stringify(pipe)});
console.log('held');
`,
  );
  const held = startProcess(process.execPath, [program]);
  await held.waitFor(/^held/);
  return held;
}

describe('a process that is told to stop while a read never returns', () => {
  test('attack: ends all the same, and says why', async () => {
    const held = await startHeld(300);
    held.kill('SIGTERM');
    expect(await held.exited).toBeNull();
    expect(held.output()).toBe('held\nordered\nended: something did not end in time');
  });

  test('attack: ends at once when it is told again', async () => {
    const held = await startHeld(600_000);
    held.kill('SIGTERM');
    await held.waitFor(/^ordered/);
    const again = setInterval(() => held.kill('SIGTERM'), 100);
    expect(await held.exited).toBeNull();
    clearInterval(again);
    expect(held.output()).toContain('ended: told to stop a second time');
  });

  test('a Ctrl-C that reaches it several times in one moment is one order', async () => {
    const held = await startHeld(2000);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) held.kill(signal);
    await held.exited;
    expect(held.output()).toContain('ended: something did not end in time');
  });
});
