import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, temporaryFolder } from '@gakumon/testkit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const bin = join(import.meta.dirname, '../../../bin/gakumon.mjs');
const keys = { 'Ctrl-C': '\u0003', 'Ctrl-D': '\u0004' } as const;

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Runs a command on a terminal of its own, presses a key at its first question, and tells how it ended. */
function pressAt(
  question: string,
  args: readonly string[],
  key: string,
): Promise<{ code: number | null; shown: string }> {
  const command = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: 'pipe' });
  started.push(child);
  let shown = '';
  let isPressed = false;
  child.stdout.on('data', (piece: Buffer) => {
    shown += piece.toString('utf8');
    if (isPressed || !shown.includes(question)) return;
    isPressed = true;
    child.stdin.write(key);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, shown }));
  });
}

describeWith(['script'], 'a question on a terminal', () => {
  let folder: string;
  beforeAll(async () => {
    folder = join(await temporaryFolder(), 'site');
  });

  test.each(Object.entries(keys))('%s leaves init quietly, and nothing is written', async (_, key) => {
    const { code, shown } = await pressAt('base URL', ['init', '--dir', folder], key);
    expect(code).toBe(130);
    expect(shown).not.toMatch(/error|defect/);
    expect(existsSync(folder)).toBe(false);
  });

  test.each(Object.entries(keys))('%s leaves user hash quietly', async (_, key) => {
    const { code, shown } = await pressAt('password', ['user', 'hash'], key);
    expect(code).toBe(130);
    expect(shown).not.toMatch(/scrypt|error|defect/);
  });
});
