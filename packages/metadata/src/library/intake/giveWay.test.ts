import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('./giveWay.ts', import.meta.url));
const script = `
  import { readdirSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { giveWay } from ${JSON.stringify(program)};
  giveWay();
  console.log(readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread))).join(' '));
`;

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('every thread of a process that takes in a document gives way', () => {
  const told = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  const priorities = told.trim().split(' ');
  expect(priorities.length).toBeGreaterThan(1);
  expect(new Set(priorities)).toEqual(new Set(['19']));
});
