import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { makeSealingKeys } from '@gakumon/idp';
import { openStores, type SealedRecords } from '@gakumon/stores';
import { GakumonError } from '@gakumon/terms';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { documentRecords } from './documentRecords.ts';
import { publishDocument } from './publishDocument.ts';
import { startTestNode, type TestNode, type TestNodeOptions } from './testing/testNode.ts';

const keys = makeSealingKeys([randomBytes(32)]);

let sealed: SealedRecords;
beforeEach(async () => {
  const stores = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'memory' }, clock: Date.now });
  sealed = stores.sealed;
});

const start = (text?: string, options: Partial<TestNodeOptions> = {}): Promise<TestNode> =>
  startTestNode(text, { sealed, keys, ...options });

async function lookAll(...nodes: readonly TestNode[]): Promise<void> {
  for (const node of [...nodes, ...nodes]) await node.look();
}

const inForce = (...nodes: readonly TestNode[]): readonly string[] => nodes.map((node) => node.current());
const refused = /^error: the file on this node was changed without what is in force in it; .* NOT in force/;

/** As gakumon documents publish does it. */
async function publish(file: string): Promise<void> {
  const plan = { name: 'test', file, read: (path: string) => readFile(path, 'utf8'), parse: (text: string) => text };
  const facts = { now: Date.now(), by: { host: 'staff', pid: 1, file } };
  await publishDocument(plan, await plan.read(file), documentRecords(sealed, keys), facts);
}

/** The second node's file is the old one still, and is edited. */
async function editBehind(): Promise<readonly [TestNode, TestNode]> {
  const [a, b] = [await start('good, one person'), await start('good, one person')];
  await a.edit('good, nobody');
  await lookAll(a, b);
  b.said();
  await b.edit('good, one person with another name');
  await lookAll(b, a);
  return [a, b];
}

describe('a file that is edited without what is in force in it', () => {
  test('attack: it takes nothing back, on no node, and the log says once which file, what is in force, and the ways out', async () => {
    const [a, b] = await editBehind();
    expect(inForce(a, b)).toEqual(['good, nobody', 'good, nobody']);
    await lookAll(a, b);
    expect(b.said()).toEqual([expect.stringMatching(refused)]);
    expect(b.notices.at(-1)?.fields).toMatchObject({
      document: 'test',
      file: b.file,
      inForce: expect.stringMatching(/^published \d{4}-.*Z by .*document\.yaml$/),
      hint: `to take what is in force: gakumon documents show test > ${b.file}; to put the file into force instead: gakumon documents publish ${b.file}`,
    });
    expect(b.notices.at(-1)?.fields?.inForce).toContain(a.file);
  });

  test('attack: a restart does not put it into force, nor does another edit of it', async () => {
    for (const isOneMachine of [false, true]) {
      const [a, b] = await editBehind();
      const again = await start(undefined, { file: b.file, isOneMachine });
      expect(inForce(again)).toEqual(['good, nobody']);
      await again.edit('good, one person with a third name');
      await lookAll(again, a);
      expect(inForce(a, again)).toEqual(['good, nobody', 'good, nobody']);
      expect(again.said().at(-1)).toMatch(refused);
      await sealed.remove('document', 'test');
    }
  });

  test('attack: what was bad in between, or edited while nobody was looking at others, takes nothing back either', async () => {
    const [a, b] = [await start('good 1'), await start('good 1')];
    await b.edit('bad');
    await b.look();
    await a.edit('good 2');
    await lookAll(a, b);
    await b.edit('good 1 and more');
    await lookAll(b, a);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
    expect(b.said().at(-1)).toMatch(refused);
  });

  test('the first way out: the file gets what is in force, and an edit of that counts', async () => {
    const [a, b] = await editBehind();
    await b.edit('good, nobody');
    await lookAll(b, a);
    await b.edit('good, nobody, and a new one');
    await lookAll(b, a);
    expect(inForce(a, b)).toEqual(['good, nobody, and a new one', 'good, nobody, and a new one']);
    expect(b.said().at(-1)).toBe('info: document published');
  });

  test('the second way out: the file is published, and an edit of it counts from then on', async () => {
    const [a, b] = await editBehind();
    await publish(b.file);
    await lookAll(a, b);
    expect(inForce(a, b)).toEqual(['good, one person with another name', 'good, one person with another name']);
    await b.edit('good, and a new one');
    await lookAll(b, a);
    expect(inForce(a, b)).toEqual(['good, and a new one', 'good, and a new one']);
  });
});

describe('a file that no node has seen, at the start', () => {
  test('attack: on one of several machines it is not in force, and the log says so', async () => {
    const a = await start('good, nobody');
    const b = await start('good, one person');
    await lookAll(b, a);
    expect(inForce(a, b)).toEqual(['good, nobody', 'good, nobody']);
    expect(b.said()).toEqual([expect.stringMatching(refused)]);
    await publish(b.file);
    await lookAll(a, b);
    expect(inForce(a, b)).toEqual(['good, one person', 'good, one person']);
  });

  test('attack: nor is it when the records come back only after it was edited once more', async () => {
    const a = await start('good, nobody');
    let isAway = true;
    const unreliable: SealedRecords = {
      ...sealed,
      async generation(kind) {
        if (isAway) throw new GakumonError('store-unavailable');
        return sealed.generation(kind);
      },
    };
    const b = await start('good, one person', { sealed: unreliable });
    await b.edit('good, two persons');
    await b.look();
    isAway = false;
    await lookAll(b, a);
    expect(inForce(a, b)).toEqual(['good, nobody', 'good, nobody']);
    expect(b.said().at(-2)).toMatch(refused);
  });

  test('on one machine it was edited while the server was down', async () => {
    const node = await start('good 1', { isOneMachine: true });
    expect(inForce(await start('good 2', { isOneMachine: true, file: node.file }))).toEqual(['good 2']);
  });
});
