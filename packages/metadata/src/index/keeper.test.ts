import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createKeeper, type Keeper } from './keeper.ts';
import { createKeeperBeside } from './keeperBeside.ts';
import { createSlots, createSlotWriter, kinds, tellFailed } from './keeperSlots.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

const threadOf = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets);
const megabyte = Buffer.alloc(1_048_576, 'x');

/** Of all sizes, and larger than what lies between two threads in all. */
const sizes = Array.from({ length: 400 }, (_, at) => (at % 50 === 49 ? 600_000 : (at * 7919) % 9000));

/** In one buffer, which changes once it was handed on. */
function keepAll(keeper: Keeper): {
  readonly document: Buffer;
  readonly canonical: Buffer;
  readonly entities: Buffer[];
} {
  const document: Buffer[] = [];
  const canonical: Buffer[] = [];
  const entities: Buffer[] = [];
  for (const [at, size] of sizes.entries()) {
    const said = Buffer.alloc(size, `document ${at}`);
    const entity = Buffer.alloc(size, `entity ${at}`);
    for (const list of [document, canonical]) list.push(Buffer.from(list === document ? said : entity));
    keeper.document(said);
    keeper.canonical(Buffer.from('\n'));
    canonical.splice(-1, 0, Buffer.from('\n'));
    expect(keeper.beginEntity()).toBe(at);
    keeper.canonical(entity.subarray(0, size >> 1));
    keeper.canonical(entity.subarray(size >> 1));
    keeper.endEntity();
    entities.push(Buffer.from(entity));
    keeper.flush();
    said.fill(0);
    entity.fill(0);
  }
  return { document: Buffer.concat(document), canonical: Buffer.concat(canonical), entities };
}

describe.each([
  ['in this thread', createKeeper],
  ['in a thread of its own', createKeeperBeside],
] as const)('octets kept %s', (_, create) => {
  test('are written as they came, and hashed: the document, and the octets of each entity', async () => {
    const keeper = create(folder);
    const { document, canonical, entities } = keepAll(keeper);
    const kept = await keeper.finish();
    await keeper.close();
    expect(kept.document).toBe(sha256(document).digest('hex'));
    expect(kept.entities).toEqual(entities.map((one) => sha256(one).digest('base64url')));
    expect(readFileSync(join(folder, 'entities')).equals(canonical)).toBe(true);
  });

  test('never overwrite what is there', async () => {
    writeFileSync(join(folder, 'entities'), 'of another');
    const attempt = async () => {
      const keeper = create(folder);
      try {
        keeper.canonical(megabyte);
        await keeper.finish();
      } finally {
        await keeper.close();
      }
    };
    await expect(attempt()).rejects.toThrow(/EEXIST/);
    expect(readFileSync(join(folder, 'entities'), 'utf8')).toBe('of another');
  });
});

describe('a thread that keeps octets', () => {
  test('and dies ends the waiting: with what it was told last, or with its exit code', async () => {
    const keeper = createKeeperBeside(folder, threadOf('process.exit(3)'));
    await expect(keeper.finish()).rejects.toMatchObject({
      code: 'metadata-intake',
      detail: expect.stringMatching('ended with 3'),
    });
    expect(() => {
      for (let at = 0; at < 20; at += 1) keeper.document(megabyte);
    }).toThrow(/ended with 3/);
    await keeper.close();
  });

  test('and throws is an error with its message', async () => {
    const keeper = createKeeperBeside(folder, threadOf('throw new Error("out of luck")'));
    await expect(keeper.finish()).rejects.toThrow(/out of luck/);
    await keeper.close();
  });

  test('and fails while octets are handed over stops that at once, with the reason', async () => {
    const full = threadOf(`
      import { workerData } from 'node:worker_threads';
      const control = new Int32Array(workerData.memory);
      workerData.port.postMessage({ failed: 'ENOSPC: no space left on device' });
      Atomics.store(control, 2, 1);
      Atomics.notify(control, 1);
    `);
    const keeper = createKeeperBeside(folder, full);
    expect(() => {
      for (let at = 0; at < 20; at += 1) keeper.document(megabyte);
    }).toThrow(/ENOSPC/);
    await keeper.close();
  });

  test('is stopped while it waits for more', async () => {
    const keeper = createKeeperBeside(folder);
    keeper.document(megabyte);
    await setImmediate();
    await keeper.close();
    await expect(keeper.finish()).rejects.toMatchObject({ code: 'metadata-intake' });
  });
});

describe('the memory between two threads', () => {
  const giveUp = () => {
    throw new Error('gave up');
  };

  test('is bounded: the one who fills waits for room, and not for ever', () => {
    const writer = createSlotWriter(createSlots(), 0, giveUp);
    let taken = 0;
    expect(() => {
      for (; taken < 100; taken += 1) writer.put(kinds.document, megabyte);
    }).toThrow('gave up');
    expect(taken).toBeLessThan(6);
  });

  test('takes nothing more once the other side has failed', () => {
    const memory = createSlots();
    tellFailed(memory);
    expect(() => createSlotWriter(memory, 60_000, giveUp).put(kinds.beginEntity)).toThrow('gave up');
  });
});
