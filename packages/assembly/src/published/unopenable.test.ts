import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeSealingKeys, type SealingKeys, sealAtRest } from '@gakumon/idp';
import { openStores, type SealedRecords, type Stores } from '@gakumon/stores';
import { minutes } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { encodeVersion, nextVersion } from './documentVersion.ts';
import { startTestNode, type TestNode, type TestNodeOptions } from './testing/testNode.ts';

const [old, fresh, foreign] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const idOf = (secret: Uint8Array): string => makeSealingKeys([secret]).current.id;
const oldKeys = makeSealingKeys([old]);
const retiredOld = makeSealingKeys([fresh], [idOf(old)]);

let file: string;
let stores: Stores;
let sealed: SealedRecords;
let now: number;
const clock = (): number => now;
beforeEach(async () => {
  now = Date.UTC(2026, 6, 1);
  file = join(await temporaryFolder(), 'records.db');
  stores = await openStores({ records: { kind: 'sqlite', file }, sessions: { kind: 'records' }, clock });
  sealed = stores.sealed;
});
afterEach(() => stores.close());

const start = (text: string | undefined, keys: SealingKeys, options: Partial<TestNodeOptions> = {}) =>
  startTestNode(text, { sealed, keys, clock, ...options });

/** What somebody does who can write into the database and has no key; the revision stays as it was. */
function writeBySql(statement: string, ...values: readonly (string | Uint8Array)[]): void {
  const database = new DatabaseSync(file);
  expect(database.prepare(statement).run(...values).changes).toBe(1);
  database.close();
}

const damage = (): void => writeBySql("update sealed_records set sealed = x'00' where name = 'test'");

async function lookLater(...nodes: readonly TestNode[]): Promise<void> {
  now += minutes(1);
  for (const node of [...nodes, ...nodes]) await node.look();
}

const inForce = (...nodes: readonly TestNode[]): readonly string[] => nodes.map((node) => node.current());
const errorsOf = (node: TestNode): readonly string[] => node.said().filter((line) => line.startsWith('error'));

/** Both nodes have it, and the second one's file is an old one. */
async function shareTwo(keys: SealingKeys = oldKeys): Promise<readonly [TestNode, TestNode]> {
  const [a, b] = [await start('good 1', keys), await start('good 1', keys)];
  now += 1;
  await a.edit('good 2');
  await lookLater(a, b);
  expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
  return [a, b];
}

/** The same nodes go on under other keys, as their files of keys change. */
const swap = (held: SealingKeys, next: SealingKeys): void => void Object.assign(held, next);

describe('a published document that was damaged', () => {
  test.each([
    ['one octet', damage],
    ['nothing at all', () => writeBySql("update sealed_records set sealed = x'' where name = 'test'")],
    ['noise', () => writeBySql("update sealed_records set sealed = ? where name = 'test'", randomBytes(500))],
    [
      'noise under the right key',
      () => {
        const header = Buffer.concat([Buffer.from([1]), Buffer.from(idOf(old), 'hex')]);
        const octets = Buffer.concat([header, randomBytes(500)]);
        writeBySql("update sealed_records set sealed = ? where name = 'test'", octets);
      },
    ],
  ])('attack: %s in its place: what is in force is there again, and an old file is not in force', async (_, spoil) => {
    const [a, b] = await shareTwo();
    errorsOf(a);
    spoil();
    await lookLater(a, b);
    expect(inForce(a, b)).toEqual(['good 2', 'good 2']);
    const restarted = await start(undefined, oldKeys, { file: b.file });
    expect(restarted.current()).toBe('good 2');
    expect(errorsOf(a)).toEqual([expect.stringMatching(/^error: a document is not shared/)]);
    await lookLater(a, b);
    expect(errorsOf(a)).toEqual([]);
  });

  test('attack: an edit after the damage is in force on all nodes', async () => {
    const [a, b] = await shareTwo();
    damage();
    await a.edit('good 3');
    await a.look();
    await b.look();
    expect(inForce(a, b)).toEqual(['good 3', 'good 3']);
  });

  test('of two that know different versions the newest one wins, whoever looks first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const nodes = await shareTwo();
      // The second one has not seen it yet when the damage is done.
      await nodes[0].edit('good 3');
      await nodes[0].look();
      damage();
      now += minutes(1);
      for (const at of [...order, ...order, ...order]) await nodes[at]?.look();
      expect(inForce(...nodes)).toEqual(['good 3', 'good 3']);
      await sealed.remove('document', 'test');
    }
  });

  test('a node that starts meanwhile waits for those that know more than its file', async () => {
    const [a, b] = await shareTwo();
    damage();
    const late = await start(undefined, oldKeys, { file: b.file });
    expect(late.current()).toBe('good 1');
    await lookLater(late);
    await lookLater(a, late);
    expect(inForce(a, late)).toEqual(['good 2', 'good 2']);
  });

  test('when no node knows more, a file is in its place after a while; one that comes back and knows more wins', async () => {
    const [away, b] = await shareTwo();
    damage();
    const alone = await start(undefined, oldKeys, { file: b.file });
    await lookLater(alone);
    await lookLater(alone);
    expect(await start('good 1', oldKeys)).toMatchObject({ notices: [] });
    await lookLater(away, alone);
    expect(inForce(away, alone)).toEqual(['good 2', 'good 2']);
  });
});

describe('a published document under a key that is not here', () => {
  test('attack: the old key is retired while it still needs it: what is in force is there again', async () => {
    const keys = { ...oldKeys };
    const [a, b] = await shareTwo(keys);
    swap(keys, retiredOld);
    await lookLater(a, b);
    await lookLater(a, b);
    const restarted = await start(undefined, retiredOld, { file: b.file });
    expect(inForce(a, b, restarted)).toEqual(['good 2', 'good 2', 'good 2']);
    expect((await sealed.find('document', 'test'))?.keyId).toBe(idOf(fresh));
  });

  test('attack: an edit at once after the old key is gone is in force on all nodes', async () => {
    const keys = { ...oldKeys };
    const [a, b] = await shareTwo(keys);
    swap(keys, makeSealingKeys([fresh]));
    await lookLater(a, b);
    await a.edit('good 3, somebody disabled');
    await a.look();
    await b.look();
    expect(inForce(a, b)).toEqual(['good 3, somebody disabled', 'good 3, somebody disabled']);
  });

  test.each(['good 1', 'good 0'])(
    'attack: nodes that were started since have only their files (%s): an edit on one is in force on the other',
    async (text) => {
      await start('good 1', oldKeys);
      const keys = makeSealingKeys([fresh]);
      now += 1;
      const [a, b] = [await start('good 1', keys), await start(text, keys)];
      now += 1;
      await a.edit('good 2, somebody disabled');
      await a.look();
      await lookLater(b, a);
      expect(inForce(a, b)).toEqual(['good 2, somebody disabled', 'good 2, somebody disabled']);
    },
  );

  test('attack: a thief of the retired key writes with it: nobody believes it, and it is replaced', async () => {
    const keys = { ...oldKeys };
    const [a, b] = await shareTwo(keys);
    swap(keys, retiredOld);
    const by = { host: 'thief', pid: 1, file: '/users.yaml' };
    const forged = nextVersion('good for thieves', { now: now + minutes(9), by }, []);
    const record = sealAtRest(oldKeys, 'document', 'test', encodeVersion(forged));
    writeBySql('update sealed_records set sealed = ?, key_id = ?', record.sealed, record.keyId);
    for (let minute = 0; minute < 3; minute += 1) await lookLater(a, b);
    expect(inForce(a, b, await start(undefined, retiredOld, { file: b.file }))).toEqual(['good 2', 'good 2', 'good 2']);
  });

  test('a node whose file of keys lags behind puts nothing older in its place, however long it lasts', async () => {
    const keys = { ...oldKeys };
    const ahead = { ...oldKeys };
    const lagging = await start('good 1', keys);
    const a = await start('good 1', ahead);
    swap(ahead, makeSealingKeys([fresh, old]));
    await a.edit('good 2');
    await a.look();
    for (let minute = 0; minute < 5; minute += 1) await lookLater(lagging);
    expect(errorsOf(lagging)).toEqual([expect.stringMatching(/^error: a document is not shared/)]);
    expect(lagging.notices.at(-1)?.fields).toMatchObject({
      reason: `it is sealed under the key ${idOf(fresh)}, which is not in the file of the sealing keys here`,
      hint: expect.stringMatching(/^copy the file of the sealing keys/),
    });
    expect((await sealed.find('document', 'test'))?.keyId).toBe(idOf(fresh));
    swap(keys, ahead);
    await lagging.look();
    expect(inForce(a, lagging)).toEqual(['good 2', 'good 2']);
  });

  test('on one machine there is no other file of keys: the file is in its place after a while', async () => {
    const alone = { isOneMachine: true };
    const node = await start('good 1', makeSealingKeys([foreign]), alone);
    const later = await start(undefined, oldKeys, { ...alone, file: node.file });
    await lookLater(later);
    await lookLater(later);
    expect((await sealed.find('document', 'test'))?.keyId).toBe(idOf(old));
  });

  test('two that cannot read each other do not overwrite each other without a pause', async () => {
    const [mine, theirs] = [makeSealingKeys([fresh], [idOf(old)]), makeSealingKeys([old], [idOf(fresh)])];
    const [a, b] = [await start('good 1', mine), await start('good 1', theirs)];
    const before = await sealed.generation('document');
    for (let look = 0; look < 10; look += 1) for (const node of [a, b]) await node.look();
    expect((await sealed.generation('document')) - before).toBeLessThanOrEqual(1);
  });
});
