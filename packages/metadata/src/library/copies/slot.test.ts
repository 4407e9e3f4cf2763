import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { longestIntake, type Slot, slotAt } from './slot.ts';
import { type CopyReference, emptySlot } from './slotState.ts';

let folder: string;
let slot: Slot;
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'slot');
  slot = slotAt(folder);
});

const referenceTo = (directory: string): CopyReference => ({ directory, sha256: 'a', trust: 't', stamp: undefined });
const copiesOf = async () => (await readdir(folder)).filter((name) => name.startsWith('copy-')).sort();

/** Brings a new copy into force, as an intake does. */
async function adopt(): Promise<string> {
  const { name } = await slot.makeCopy();
  await slot.change((state) => ({ ...state, previous: state.current, current: referenceTo(name) }));
  return name;
}

describe('the state of a slot', () => {
  test('is empty at first, then what was written last, for this process and every other', async () => {
    await slot.stamp();
    expect(await slot.read()).toEqual(emptySlot);
    const name = await adopt();
    expect((await slot.read()).current?.directory).toBe(name);
    expect((await slotAt(folder).read()).current?.directory).toBe(name);
  });

  test('nobody else may read it', async () => {
    await adopt();
    const [state = ''] = (await readdir(folder)).filter((name) => name.startsWith('state-'));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, state))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, (await copiesOf())[0] ?? ''))).mode & 0o777).toBe(0o700);
  });

  test('changes of many at once are all there', async () => {
    const slots = Array.from({ length: 8 }, () => slotAt(folder));
    const more = (one: Slot) => one.change((state) => ({ ...state, failures: state.failures + 1 }));
    await Promise.all([...slots, ...slots, ...slots].map(more));
    expect((await slot.read()).failures).toBeGreaterThanOrEqual(24);
  });

  test.each([
    ['is torn', (file: string) => truncate(file, 20)],
    ['is empty', (file: string) => truncate(file, 0)],
    [
      'names a directory outside',
      (file: string) => writeFile(file, JSON.stringify({ ...emptySlot, current: referenceTo('../../etc') })),
    ],
    ['is of another release', (file: string) => writeFile(file, JSON.stringify({ ...emptySlot, version: 2 }))],
  ])('one that %s counts for nothing, and the one before it is read', async (_, spoil) => {
    const first = await adopt();
    await adopt();
    const newest =
      (await readdir(folder))
        .filter((name) => name.startsWith('state-'))
        .sort()
        .at(-1) ?? '';
    await spoil(join(folder, newest));
    expect((await slot.read()).current?.directory).toBe(first);
    await slot.change((state) => ({ ...state, failures: 7 }));
    expect(await slot.read()).toMatchObject({ failures: 7, current: { directory: first } });
  });
});

test('attack: a state with the last of all numbers does not end the changes', async () => {
  const name = await adopt();
  for (const text of ['garbage', JSON.stringify(await slot.read())]) {
    await writeFile(join(folder, 'state-999999999999.json'), text);
    await slot.change((state) => ({ ...state, failures: state.failures + 1 }));
    await slot.change((state) => ({ ...state, failures: state.failures + 1 }));
    expect((await readdir(folder)).filter((one) => one.startsWith('state-'))).toHaveLength(2);
  }
  expect(await slot.read()).toMatchObject({ failures: 2, current: { directory: name } });
});

test.each([
  ['validators', { validators: null }],
  ['failures', { failures: 'many' }],
  ['checkedAt', { checkedAt: '2024' }],
  ['retryAfter', { retryAfter: {} }],
  ['problem', { problem: 'text' }],
  ['held', { held: { directory: 'copy-00000000-0000-0000-0000-000000000000', trust: 5 } }],
])('attack: a state with odd %s counts for nothing', async (_, odd) => {
  await adopt();
  await writeFile(join(folder, 'state-000000000099.json'), JSON.stringify({ ...emptySlot, ...odd }));
  expect((await slot.read()).current).toBeDefined();
});

describe('copies on the disk', () => {
  test('are the current one, the one before, and what the state before needs; no more', async () => {
    const names: string[] = [];
    for (let index = 0; index < 6; index += 1) names.push(await adopt());
    expect(await copiesOf()).toEqual(names.slice(-3).sort());
    expect((await readdir(folder)).filter((name) => name.startsWith('state-'))).toHaveLength(2);
  });

  test('that nobody names go after an hour; what is just being written stays', async () => {
    const named = await adopt();
    const [left, busy] = [await slot.makeCopy(), await slot.makeCopy()];
    const now = 1_800_000_000_000;
    await writeFile(join(busy.path, 'entities'), 'so far');
    for (const path of [left.path, busy.path, join(folder, named)]) {
      await utimes(path, (now - longestIntake) / 1000 - 1, (now - longestIntake) / 1000 - 1);
    }
    await utimes(join(busy.path, 'entities'), now / 1000, now / 1000);
    await slot.sweep(now);
    expect(await copiesOf()).toEqual([named, busy.name].sort());
  });

  test('a process that is killed at any moment leaves a state that can be read, and what it names', async () => {
    const writer = fileURLToPath(new URL('./testing/changeForEver.ts', import.meta.url));
    for (let round = 0; round < 5; round += 1) {
      const child = fork(writer, [folder], { execArgv: ['--disable-warning=ExperimentalWarning'] });
      await once(child, 'message');
      for (let wait = 0; wait < round * 7; wait += 1) await slot.read();
      child.kill('SIGKILL');
      await once(child, 'exit');
      const { current, failures } = await slot.read();
      expect(failures).toBeGreaterThan(0);
      expect(await readFile(join(folder, current?.directory ?? '', 'entities'), 'utf8')).toBe('whole');
    }
  });

  test('a folder that was taken away is made again', async () => {
    await adopt();
    await rm(folder, { recursive: true });
    await slot.stamp();
    expect(await slot.read()).toEqual(emptySlot);
    await mkdir(folder, { recursive: true });
    await adopt();
    expect(await copiesOf()).toHaveLength(1);
  });
});
