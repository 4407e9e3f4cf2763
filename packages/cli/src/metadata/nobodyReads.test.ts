import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { federation } from './testing/federation.ts';
import { install } from './testing/runGakumon.ts';

const bin = resolve(import.meta.dirname, '../../../../bin/gakumon.mjs');

test.each([[['sources', '--json']], [['load', 'all.xml', '--unsigned']], [['list']]])(
  'metadata %j finishes in silence when nobody reads what it says',
  async (args) => {
    const folder = await temporaryFolder();
    const gakumon = await install(folder);
    await writeFile(join(folder, 'all.xml'), federation(['one'], Date.now() + 86_400_000));
    const child = spawn(process.execPath, [bin, 'metadata', ...args], {
      cwd: folder,
      env: { ...process.env, GAKUMON_CONFIG: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const said: string[] = [];
    child.stderr.on('data', (piece: Buffer) => said.push(`${piece}`));
    const [code] = await once(child, 'close');
    expect([code, said.join('')]).toEqual([0, expect.not.stringContaining('EPIPE')]);
    const { stdout } = await gakumon('metadata', 'list', '--json');
    expect(JSON.parse(stdout)).toHaveLength(args[0] === 'load' ? 1 : 0);
  },
);
