import { randomBytes } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formToken, openAtRest, requireFormToken, type SealingKeys, seal, sealAtRest, unseal } from '@gakumon/idp';
import type { BrowserId } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { changeFile } from './changeFile.ts';
import { addSealingKey, retireSealingKey, useSealingKey } from './changeSealingKeys.ts';
import { formatSealingKeys, newSealingKey, parseSealingKeys, type SealingKeyEntry } from './sealingKeyFile.ts';
import { type WatchedSealingKeys, watchSealingKeys } from './watchSealingKeys.ts';

const browser = 'browser-1' as BrowserId;
const at = Date.UTC(2026, 6, 1);

/** A node with a file of its own. */
type Node = WatchedSealingKeys & { readonly file: string };

async function startNode(folder: string, name: string, text: string): Promise<Node> {
  const file = join(folder, name);
  await writeFile(file, text);
  const keys = { directory: folder, sealing: { file }, salt: { env: 'SALT' } };
  return { file, ...(await watchSealingKeys({ keys }, {}, () => {})) };
}

/** Everything that a browser may carry from one node to another one, and what stays in the records. */
function handOut({ keys }: Node): (other: SealingKeys) => unknown {
  const attempt = seal(keys, 'attempt', { id: 'a' });
  const lastTry = seal(keys, 'last try', { username: 's1234567' });
  const token = formToken({ sealingKeys: keys }, browser, 'login');
  const atRest = sealAtRest(keys, 'totp', 's1234567', Buffer.from('secret'));
  const sealedBy = keys.current.id;
  return (other) => {
    if (attempt.kind !== 'sealed' || lastTry.kind !== 'sealed') throw new Error('too large');
    if (!other.all.some(({ id }) => id === sealedBy)) return `no key ${sealedBy}`;
    requireFormToken({ sealingKeys: other }, browser, 'login', token);
    return [
      unseal(other, 'attempt', attempt.text),
      unseal(other, 'last try', lastTry.text),
      openAtRest(other, atRest).toString(),
    ];
  };
}

const everything = [{ id: 'a' }, { username: 's1234567' }, 'secret'];
const orders = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [bits & 1, (bits >> 1) & 1, (bits >> 2) & 1] as const);

describe('a rotation over two nodes: add, use and retire on one, each copied to the other before the next', () => {
  test.each(orders)('whichever reads the files first (%i %i %i), either opens what either sealed', async (...order) => {
    const folder = await temporaryFolder();
    const old = newSealingKey(randomBytes(32), at);
    const fresh = newSealingKey(randomBytes(32), at);
    const nodes = await Promise.all(['one', 'two'].map((name) => startNode(folder, name, `${old.text}\n`)));
    const steps: readonly ((entries: readonly SealingKeyEntry[]) => readonly SealingKeyEntry[])[] = [
      (entries) => addSealingKey(entries, fresh),
      (entries) => useSealingKey(entries, fresh.id, at),
      (entries) => retireSealingKey(entries, old.id, undefined),
    ];
    let open = nodes.map(handOut);
    for (const [index, step] of steps.entries()) {
      // By then no login page of the old key is open, and the records are sealed anew.
      if (index === 2) open = nodes.map(handOut);
      const plan = join(folder, 'plan');
      await copyFile((nodes[0] as Node).file, plan);
      await changeFile(plan, (text) => formatSealingKeys(step(parseSealingKeys(text, plan))));
      const inOrder = order[index] === 0 ? nodes : nodes.toReversed();
      for (const node of inOrder) {
        await copyFile(plan, node.file);
        await node.refresh();
        open.push(...nodes.map(handOut));
        for (const { keys } of nodes) expect(open.map((opens) => opens(keys))).toEqual(open.map(() => everything));
      }
    }
    expect(nodes.map(({ keys }) => keys.all.map(({ id }) => id))).toEqual([[fresh.id], [fresh.id]]);
  });

  test('attack on the procedure: a key that seals on one before the other has it is refused there', async () => {
    const folder = await temporaryFolder();
    const [old, fresh] = [newSealingKey(randomBytes(32), at), newSealingKey(randomBytes(32), at)];
    const one = await startNode(folder, 'one', `${fresh.text}\n${old.text}\n`);
    const two = await startNode(folder, 'two', `${old.text}\n`);
    expect(handOut(one)(two.keys)).toBe(`no key ${fresh.id}`);
    const sealed = seal(one.keys, 'attempt', 1);
    const refuse = (): unknown => unseal(two.keys, 'attempt', sealed.kind === 'sealed' ? sealed.text : '');
    expect(refuse).toThrow(expect.objectContaining({ code: 'attempt-tampered' }));
  });
});
