import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeSealingKeys, type SealingKeys, seal, unseal } from '@gakumon/idp';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { type WatchedSealingKeys, watchSealingKeys } from './watchSealingKeys.ts';

const key = (): string => randomBytes(32).toString('base64');
const idOf = (text: string): string => makeSealingKeys([Buffer.from(text, 'base64')]).current.id;
const [a, b, c] = [key(), key(), key()];

let file: string;
let notices: Notice[];
let watched: WatchedSealingKeys;
beforeEach(async () => {
  file = join(await temporaryFolder(), 'sealing.key');
  notices = [];
  await writeFile(file, a);
  const keys = { directory: '/nowhere', sealing: { file }, salt: { env: 'SALT' } };
  watched = await watchSealingKeys({ keys }, {}, (notice) => void notices.push(notice));
});

async function put(...lines: readonly string[]): Promise<void> {
  await writeFile(`${file}.tmp`, lines.join('\n'));
  await rm(file, { recursive: true, force: true });
  await rename(`${file}.tmp`, file);
  await watched.refresh();
}

const ids = ({ current, all }: SealingKeys) => ({ seals: current.id, opens: all.map(({ id }) => id) });
function sealedBy(keys: SealingKeys): string {
  const result = seal(keys, 'test', 1);
  if (result.kind !== 'sealed') throw new Error('too large');
  return result.text;
}

describe('sealing keys that follow their file', () => {
  test('whoever holds them has the new ones: added, used, retired', async () => {
    const held = watched.keys;
    const before = sealedBy(held);
    await put(a, b);
    expect(ids(held)).toEqual({ seals: idOf(a), opens: [idOf(a), idOf(b)] });
    await put(b, a);
    expect(ids(held)).toEqual({ seals: idOf(b), opens: [idOf(b), idOf(a)] });
    expect(unseal(held, 'test', before)).toBe(1);
    await put(b);
    expect(ids(held)).toEqual({ seals: idOf(b), opens: [idOf(b)] });
    expect(() => unseal(held, 'test', before)).toThrow(expect.objectContaining({ code: 'attempt-tampered' }));
    expect(notices.map(({ level }) => level)).toEqual(['info', 'info', 'info']);
  });

  test.each([
    ['bad', () => writeFile(file, `${b}\nshort`)],
    ['a sentence', () => writeFile(file, 'the key of this university is kept in the safe of the computer centre')],
    ['half a sentence', () => writeFile(file, `${b}\nreplace-this-line-with-the-sealing-key-of-the-first-node`)],
    ['a pipe that nobody writes to', () => rm(file).then(() => promisify(execFile)('mkfifo', [file]))],
    ['a folder', () => rm(file).then(() => mkdir(file))],
    ['a device without end', () => rm(file).then(() => symlink('/dev/zero', file))],
    ['without end', () => truncate(file, 1_000_000_000)],
    ['empty', () => writeFile(file, '')],
    ['gone', () => rm(file)],
  ])(
    'a file that is %s leaves the last good ones and is told of once; a good one is taken up again',
    async (_, spoil) => {
      await put(a, b);
      await spoil();
      await watched.refresh();
      await watched.refresh();
      expect(ids(watched.keys).opens).toEqual([idOf(a), idOf(b)]);
      expect(notices.filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(JSON.stringify(notices)).not.toContain(a);
      await put(b, a);
      expect(ids(watched.keys).seals).toBe(idOf(b));
    },
  );

  test('a file that was only touched is no news', async () => {
    await put(a);
    expect(notices).toEqual([]);
  });

  test('a key that seals without having been added first is told of, and so is one that went while it sealed', async () => {
    await put(c, a);
    expect(notices).toMatchObject([{ level: 'info' }, { level: 'warn', fields: { key: idOf(c) } }]);
    notices.length = 0;
    await put(a);
    expect(notices).toMatchObject([{ level: 'info' }, { level: 'warn', fields: { key: idOf(c) } }]);
  });

  test('in the environment they stay as they are', async () => {
    const keys = { directory: '/nowhere', sealing: { env: 'SEALING' }, salt: { env: 'SALT' } };
    const fixed = await watchSealingKeys({ keys }, { SEALING: `${a}\n${b}` }, () => {});
    await fixed.refresh();
    expect(ids(fixed.keys).opens).toEqual([idOf(a), idOf(b)]);
  });

  test('that are bad at the start keep the program from starting', async () => {
    await writeFile(file, 'short');
    const keys = { directory: '/nowhere', sealing: { file }, salt: { env: 'SALT' } };
    await expect(watchSealingKeys({ keys }, {}, () => {})).rejects.toMatchObject({ code: 'key-invalid' });
  });
});
