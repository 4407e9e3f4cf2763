import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, pretendSp, runProgram, signDocument, startProcess, temporaryFolder, testKeys } from '@gakumon/testkit';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };

let folder: string;
let port: number;

const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder, env });
const serve = () => startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });

beforeAll(async () => {
  folder = await temporaryFolder();
  port = await freePort();
  const base = `http://localhost:${port}`;
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'University'];
  expect(await gakumon('init', ...flags)).toMatchObject({ code: 0, stderr: '' });
});
