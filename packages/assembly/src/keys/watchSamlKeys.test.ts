import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testKeys } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { activateNextKey } from './changeSamlKeys.ts';
import { samlKeyListName } from './readSamlKeys.ts';
import { changeSamlKeyList, storeNextKey } from './storeSamlKeys.ts';
import { comingPair, makeKeyFolder, place } from './testing/keyFolder.ts';
import { type WatchedSamlKeys, watchSamlKeys } from './watchSamlKeys.ts';

const { idpSigning, stranger } = testKeys;

let folder: string;
let notices: Notice[];
let watched: WatchedSamlKeys;
beforeEach(async () => {
  folder = await makeKeyFolder();
  notices = [];
  watched = await watchSamlKeys(folder, (notice) => void notices.push(notice));
});

const levels = () => notices.map(({ level }) => level);
const signs = () => watched.current().signingKey.certificate;
const countPublished = () => watched.current().published.length;

async function addNext(): Promise<string> {
  return (await storeNextKey(folder, 'signing', comingPair(stranger), 0)).certificateFile;
}

const activate = () => changeSamlKeyList(folder, (list) => activateNextKey(list, 'signing', { now: 0, force: true }));

describe('SAML keys that follow their files', () => {
  test('a next key is published, and then signs, without a restart', async () => {
    await addNext();
    await watched.refresh();
    expect(countPublished()).toBe(3);
    expect(signs()).toBe(idpSigning.certificate);
    await activate();
    await watched.refresh();
    expect(signs()).toBe(stranger.certificate);
    expect(levels()).toEqual(['info', 'info']);
    await watched.refresh();
    expect(levels()).toHaveLength(2);
  });

  test('a pair that is exchanged by hand is half wrong for a moment: the old one signs until both files are there', async () => {
    await copyFile(stranger.privateKeyFile, join(folder, 'signing.key'));
    await watched.refresh();
    await watched.refresh();
    expect(signs()).toBe(idpSigning.certificate);
    expect(levels()).toEqual(['error']);
    await place(folder, 'signing', stranger);
    await watched.refresh();
    expect(signs()).toBe(stranger.certificate);
  });

  test.each([
    ['half', () => writeFile(join(folder, samlKeyListName), '{"version":1,"keys":[')],
    ['of other files, which are not there', () => writeFile(join(folder, samlKeyListName), nowhere)],
  ])('a list that is %s changes nothing and is told of once', async (_, spoil) => {
    await spoil();
    await watched.refresh();
    await watched.refresh();
    expect(signs()).toBe(idpSigning.certificate);
    expect(levels()).toEqual(['error']);
    await rm(join(folder, samlKeyListName));
    await watched.refresh();
    await addNext();
    await watched.refresh();
    expect(countPublished()).toBe(3);
  });

  test('a list that is copied to a node before the files that it names: they are taken up when they come', async () => {
    const certificate = await addNext();
    const [from, to] = [join(folder, certificate), join(folder, 'away')];
    await copyFile(from, to);
    await rm(from);
    await watched.refresh();
    expect(countPublished()).toBe(2);
    await copyFile(to, from);
    await watched.refresh();
    expect(countPublished()).toBe(3);
    expect(levels()).toEqual(['error', 'info', 'info']);
  });

  test('a next key that is spoiled stays published as it was, and does not hold up what is forced', async () => {
    const certificate = await addNext();
    await watched.refresh();
    await writeFile(join(folder, 'signing.crt'), idpSigning.certificatePem);
    await writeFile(join(folder, certificate), 'spoiled');
    await watched.refresh();
    expect(countPublished()).toBe(3);
    expect(signs()).toBe(idpSigning.certificate);
    expect(levels()).toContain('error');
  });

  test('a next key that is bad at the start keeps nobody from logging in; a current one does', async () => {
    await writeFile(join(folder, await addNext()), 'spoiled');
    const begun = await watchSamlKeys(folder, (notice) => void notices.push(notice));
    expect(begun.current().published).toHaveLength(2);
    expect(levels()).toEqual(['error']);
    await writeFile(join(folder, 'signing.crt'), 'spoiled');
    await expect(watchSamlKeys(folder, () => {})).rejects.toMatchObject({ code: 'key-invalid' });
  });
});

const nowhere = JSON.stringify({
  version: 1,
  keys: ['signing', 'encryption'].map((use) => ({ use, state: 'current', key: 'no.key', certificate: 'no.crt' })),
});
