import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import { openStores, type SealedRecords } from '@gakumon/stores';
import { GakumonError } from '@gakumon/terms';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { resealRecords } from '../sealing/resealRecords.ts';
import { startTestNode, type TestNode, type TestNodeOptions } from './testing/testNode.ts';

const secrets = [randomBytes(32), randomBytes(32)];
const keys = makeSealingKeys(secrets);

let sealed: SealedRecords;
beforeEach(async () => {
  const stores = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'memory' }, clock: Date.now });
  sealed = stores.sealed;
});

const start = (text?: string, options: Partial<TestNodeOptions> = {}): Promise<TestNode> =>
  startTestNode(text, { sealed, keys, ...options });

/** Looks on all nodes, by turns, until nothing can be under way any more. */
async function lookAll(...nodes: readonly TestNode[]): Promise<void> {
  for (const node of [...nodes, ...nodes]) await node.look();
}

const inForce = (...nodes: readonly TestNode[]): readonly string[] => nodes.map((node) => node.current());

describe('a document on several nodes', () => {
  test('what is edited on one is in force on all, and stays so for who starts later', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    await a.edit('good 2');
    await lookAll(a, b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
    expect(a.said()).toEqual(['info: document published', 'info: document read again', 'info: document published']);
    expect(b.said()).toEqual(['info: document taken over from another node']);
    const [published] = b.notices;
    expect(published?.fields).toMatchObject({ document: 'test', file: b.file, from: expect.stringContaining(a.file) });

    const c = await start('good 1');
    expect(inForce(c)).toEqual(['good 2']);
    expect(c.said()).toEqual([expect.stringMatching(/^warn: the file on this node is an old one/)]);
  });

  test('a bad edit is never published, and complained of on its node alone', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    a.said();
    await a.edit('bad');
    await lookAll(a, b);
    expect(inForce(a, b, await start('good 1'))).toEqual(['good 1', 'good 1', 'good 1']);
    expect([a.said(), b.said()]).toEqual([['error: document is bad; the last good one stays'], []]);
    await rm(a.file);
    await lookAll(a, b);
    expect(a.said()).toEqual(['error: document is bad; the last good one stays']);
  });

  test('one that a node cannot read leaves its last good one in force there, and it says so once, with the lines', async () => {
    const [a, old] = [await start('good 1'), await start('good 1', { good: /^good 1$/ })];
    await a.edit('good 2, of a newer release');
    await lookAll(a, old, old);
    expect(inForce(a, old)).toEqual(['good 2, of a newer release', 'good 1']);
    expect(old.said()).toEqual(['error: a published document cannot be read here; the last good one stays']);
    expect(old.notices[0]?.fields?.reason).toMatch(/document\.yaml \(as published by .*document\.yaml\):1: good 2/);
    await a.edit('good 1');
    await lookAll(a, old);
    expect(inForce(a, old)).toEqual(['good 1', 'good 1']);
  });

  test('of two edits at once the first is in force; the second is told of, stays in its file and does not come back at a start', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    await a.edit('good a');
    await b.edit('good b');
    await lookAll(a, b);
    expect(inForce(a, b)).toEqual(['good a', 'good a']);
    expect(b.said()).toEqual([
      'info: document read again',
      expect.stringMatching(/^error: two nodes changed a document at once/),
    ]);
    expect(await readFile(b.file, 'utf8')).toBe('good b');
    const again = await start(undefined, { file: b.file });
    await lookAll(a, again);
    expect(inForce(a, again)).toEqual(['good a', 'good a']);

    // Once the operator has brought both together where the first one is, that is an edit like any other.
    await a.edit('good a and b');
    await lookAll(again, a);
    expect(inForce(a, again)).toEqual(['good a and b', 'good a and b']);
  });

  test('two that write into the records in the same moment: one wins, and both know which', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    await Promise.all([a.edit('good a'), b.edit('good b')]);
    await Promise.all([a.look(), b.look()]);
    await lookAll(a, b);
    expect(new Set(inForce(a, b)).size).toBe(1);
    const conflicts = [...a.notices, ...b.notices].filter(({ message }) => message.startsWith('two nodes changed'));
    expect(conflicts).toHaveLength(1);
  });

  test('the same edit on all nodes at once is no conflict', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    await Promise.all([a.edit('good 2'), b.edit('good 2')]);
    await lookAll(a, b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
    expect([...a.notices, ...b.notices].filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('a file that is put back to what it was, on a running node, is a change like any other', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    await a.edit('good 2');
    await lookAll(a, b);
    await a.edit('good 1');
    await lookAll(a, b);
    expect(inForce(a, b, await start('good 2'))).toEqual(['good 1', 'good 1', 'good 1']);
  });

  test('a copy of the files that lags behind puts nothing back', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    for (const text of ['good 2', 'good 3']) {
      await a.edit(text);
      await lookAll(a, b);
    }
    b.said();
    await b.edit('good 2');
    await lookAll(b, a);
    expect(inForce(a, b)).toEqual(['good 3', 'good 3']);
    await b.edit('good 3');
    await lookAll(b, a);
    expect(b.said()).toEqual([
      expect.stringMatching(/^warn: the file on this node is an old one/),
      'info: the file holds what is in force',
    ]);
  });

  test('a file that was only touched changes nothing, and neither does looking again', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    await a.edit('good 2');
    await lookAll(a, b);
    const generation = await sealed.generation('document');
    await b.edit('good 1');
    await lookAll(a, b, a, b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
    expect(await sealed.generation('document')).toBe(generation);
  });
});

describe('one node alone', () => {
  const alone = { isOneMachine: true };

  test('an edit is in force at the next look, and after a restart', async () => {
    const node = await start('good 1', alone);
    await node.edit('good 2');
    await node.look();
    expect(node.current()).toBe('good 2');
    expect((await start(undefined, { ...alone, file: node.file })).current()).toBe('good 2');
  });

  test('an edit while it was down is in force after the start, an older text too', async () => {
    const node = await start('good 1', alone);
    await node.edit('good 2');
    await node.look();
    const { file } = node;
    expect((await start('good 3', { ...alone, file })).current()).toBe('good 3');
    const reverted = await start('good 1', { ...alone, file });
    expect(reverted.current()).toBe('good 1');
    expect(reverted.said()).toEqual(['info: document published']);
  });

  test('when somebody deletes the records, what is in force stays so and is there again', async () => {
    const node = await start('good 1', alone);
    await sealed.remove('document', 'test');
    await node.look();
    expect(node.current()).toBe('good 1');
    expect(await sealed.find('document', 'test')).toBeDefined();
  });

  test('one that is bad at the start keeps the program from starting', async () => {
    await expect(start('bad', alone)).rejects.toMatchObject({ code: 'document-invalid' });
  });
});

describe('while the records are away', () => {
  let isAway: boolean;
  let unreliable: SealedRecords;
  beforeEach(() => {
    isAway = false;
    const answer = async <T>(call: () => Promise<T>): Promise<T> => {
      if (isAway) throw new GakumonError('store-unavailable');
      return call();
    };
    unreliable = {
      ...sealed,
      find: (kind, name) => answer(() => sealed.find(kind, name)),
      replace: (record, seen) => answer(() => sealed.replace(record, seen)),
      generation: (kind) => answer(() => sealed.generation(kind)),
    };
  });

  test('edits count on their node, and for all once the records are back; it is told once each', async () => {
    const [a, b] = [await start('good 1', { sealed: unreliable }), await start('good 1')];
    a.said();
    isAway = true;
    await a.edit('good 2');
    await lookAll(a, a, b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 1']);
    isAway = false;
    await lookAll(a, b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
    expect(a.said()).toEqual([
      'info: document read again',
      expect.stringMatching(/^error: documents are not compared/),
      'info: document published',
      expect.stringMatching(/^info: documents are compared with the other nodes again/),
    ]);
  });

  test('a conflict whose loser could not be written down is written down later', async () => {
    const a = await start('good 1');
    let writes = 0;
    const failing: SealedRecords = {
      ...sealed,
      async replace(record, seen) {
        writes += 1;
        if (writes === 1) throw new GakumonError('store-unavailable');
        return sealed.replace(record, seen);
      },
    };
    const b = await start('good 1', { sealed: failing });
    await a.edit('good a');
    await b.edit('good b');
    await lookAll(a, b, a, b);
    expect(inForce(a, b)).toEqual(['good a', 'good a']);
    expect(writes).toBe(2);
    expect(inForce(await start(undefined, { file: b.file }), a)).toEqual(['good a', 'good a']);
  });

  test('a node starts on its file, and learns later that it is an old one', async () => {
    const a = await start('good 1');
    await a.edit('good 2');
    await a.look();
    isAway = true;
    const b = await start('good 1', { sealed: unreliable });
    expect(b.current()).toBe('good 1');
    isAway = false;
    await b.look();
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
  });

  test('a node that starts on an old file and is edited then does not take back what others published', async () => {
    const a = await start('good 1');
    await a.edit('good 2');
    await a.look();
    isAway = true;
    const b = await start('good 1', { sealed: unreliable });
    await b.edit('good 1 and more');
    await b.look();
    expect(b.current()).toBe('good 1 and more');
    isAway = false;
    await lookAll(b, a);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
  });
});

describe('what is not believed', () => {
  const forged = async (by: ReturnType<typeof makeSealingKeys>, kind = 'document', name = 'test') => {
    const foreign = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'memory' }, clock: Date.now });
    await startTestNode('good for thieves', { sealed: foreign.sealed, keys: by });
    const record = await foreign.sealed.find('document', 'test');
    if (record === undefined) throw new Error('not published');
    return { ...record, kind, name };
  };
  const putInPlace = async (record: Awaited<ReturnType<typeof forged>>): Promise<void> => {
    await sealed.remove('document', 'test');
    await sealed.replace({ ...record, kind: 'document', name: 'test' }, undefined);
  };

  test.each([
    ['garbage', async () => ({ ...(await forged(keys)), sealed: randomBytes(500) })],
    ['nothing at all', async () => ({ ...(await forged(keys)), sealed: new Uint8Array() })],
    ['what somebody sealed without our keys', () => forged(makeSealingKeys([randomBytes(32)]))],
    [
      'what we sealed for another place',
      async () => ({ ...(await forged(keys)), ...sealAtRest(keys, 'document', 'release', Buffer.from('{}\ngood')) }),
    ],
  ])('attack: %s in the records changes nothing, is told of once, and keeps nobody from starting', async (_, make) => {
    const node = await start('good 1');
    node.said();
    await putInPlace(await make());
    await lookAll(node, node);
    expect(node.current()).toBe('good 1');
    const said = node.said();
    expect(said[0]).toMatch(/^error: a document is not shared: what is published of it cannot be opened/);
    expect(said.filter((line) => line.startsWith('error'))).toHaveLength(1);
    const fresh = await start('good 1');
    expect(fresh.current()).toBe('good 1');
    await fresh.edit('good 2');
    await fresh.look();
    expect(fresh.current()).toBe('good 2');
  });

  test('attack: an older version that is put back is not taken by those who have the newer one', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    const older = await sealed.find('document', 'test');
    if (older === undefined) throw new Error('not published');
    await a.edit('good 2');
    await lookAll(a, b);
    await putInPlace(older);
    await lookAll(b, a);
    expect(inForce(a, b, await start('good 1'))).toEqual(['good 2', 'good 2', 'good 2']);
    expect(b.said().at(-1)).toMatch(/^warn: the records held an older document, or none/);
  });

  test('a version under a key that is not here yet is taken once the key is', async () => {
    const [older = Buffer.alloc(0)] = secrets;
    const held = { ...makeSealingKeys([older]) };
    const b = await start('good 1', { keys: held });
    await sealed.remove('document', 'test');
    const newer = makeSealingKeys([randomBytes(32), older]);
    const a = await start('good 2', { keys: newer });
    await lookAll(b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 1']);
    Object.assign(held, { all: newer.all });
    await lookAll(b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
  });

  test('resealing under another key is no new version', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = secrets;
    expect((await resealRecords(sealed, makeSealingKeys([second, first]), { limit: 10 })).resealed).toBe(1);
    a.said();
    await lookAll(a, b);
    await a.edit('good 2');
    await lookAll(a, b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
    expect(a.said()).toEqual(['info: document read again', 'info: document published']);
  });
});
