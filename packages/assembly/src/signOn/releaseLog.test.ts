import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifierDigest, type ReleaseRule } from '@gakumon/attributes';
import { type FoundIdentifier, findInRecords, readReportedIdentifier } from '@gakumon/idp';
import { openStores, type Stores } from '@gakumon/stores';
import { type EntityId, GakumonError, nameIdFormats } from '@gakumon/terms';
import { fixedClock, type PretendSp, pretendSp, type SendOptions, temporaryFolder } from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { createReleaseLogQueue } from '../stores/releaseLogQueue.ts';
import { ask, browser, logIn, makeTestIdp, readBy, type TestIdp } from './testIdp.ts';

const release = ['eduPersonTargetedID', 'pairwise-id', 'subject-id', 'eduPersonPrincipalName', 'displayName'];
const rules: readonly ReleaseRule[] = [
  { name: 'all', to: 'any', release, deny: [], nameId: [nameIdFormats.persistent] },
];
const fresh = { ...browser, session: undefined };
const noNotice = (): void => {};

type Given = { readonly values: Readonly<Record<string, string>>; readonly requestId: string };

/** Everything that named the person in one answer, by its kind. */
async function signOn({ idp }: TestIdp, sp: PretendSp, options: SendOptions = {}): Promise<Given> {
  const { attempt, requestId } = await ask(idp, sp, options);
  const { assertion } = readBy(sp, await logIn(idp, attempt, fresh), requestId);
  const of = (name: string): string => assertion?.attributes[name]?.[0] ?? '';
  const values = {
    [options.nameIdPolicy === undefined ? 'transient' : 'persistent']: assertion?.nameId.value ?? '',
    eduPersonTargetedID: of('urn:oid:1.3.6.1.4.1.5923.1.1.1.10'),
    'pairwise-id': of('urn:oasis:names:tc:SAML:attribute:pairwise-id'),
    'subject-id': of('urn:oasis:names:tc:SAML:attribute:subject-id'),
    eduPersonPrincipalName: of('urn:oid:1.3.6.1.4.1.5923.1.1.1.6'),
  };
  expect(Object.values(values)).not.toContain('');
  return { values, requestId };
}

let folder: string;
let stores: Stores;
let one: PretendSp;
let two: PretendSp;
let given: Readonly<Record<string, string>>;
let made: TestIdp;

beforeAll(async () => {
  const clock = fixedClock();
  folder = await temporaryFolder();
  const records = { kind: 'sqlite', file: join(folder, 'records.db') } as const;
  stores = await openStores({ records, sessions: { kind: 'records' }, clock });
  const sp = (host: string) =>
    pretendSp({ clock, entityId: `https://${host}.example.org/sp`, acs: [`https://${host}.example.org/acs`] });
  one = sp('one');
  two = sp('two');
  made = await makeTestIdp([one, two], { clock, rules });
  const queue = createReleaseLogQueue(stores.releaseLog, { capacity: 10, batch: 5, report: noNotice });
  const logging = { ...made, idp: { ...made.idp, releaseLog: queue } };
  const transiently = await signOn(logging, one);
  clock.advance(1000);
  const persistently = await signOn(logging, one, { nameIdPolicy: { format: nameIdFormats.persistent } });
  given = { ...transiently.values, ...persistently.values };
  await queue.flush();
});

afterAll(() => stores.close());

describe('the release log', () => {
  test('tells who, to which SP, which attributes, and in which format they were named', async () => {
    const [last, first] = await stores.releaseLog.list({}, 10);
    expect(last).toMatchObject({
      username: 's1234567',
      serviceProvider: one.entityId,
      attributes: expect.arrayContaining(release),
      nameIdFormat: nameIdFormats.persistent,
    });
    expect(last?.attributes).toHaveLength(release.length);
    expect(first?.nameIdFormat).toBe(nameIdFormats.transient);
    expect(last?.identifiers.map(({ kind }) => kind).sort()).toEqual(
      ['persistent', ...release.filter((id) => id !== 'displayName')].sort(),
    );
  });

  test('attack: whoever reads the database reads no identifier in it, and no other value', async () => {
    const octets = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    const all = Buffer.concat(octets);
    expect(all.includes(identifierDigest('transient', given.transient ?? ''))).toBe(true);
    const values = Object.values(given).flatMap((value) => [value, value.split('!').at(-1) ?? value]);
    for (const value of [...values, 'Hanako Gakumon', '学門 花子']) expect(all.includes(value)).toBe(false);
  });
});

describe('an identifier that was given out', () => {
  const find = (reported: string, sp?: PretendSp): Promise<readonly FoundIdentifier[]> => {
    const { value, serviceProvider } = readReportedIdentifier(reported);
    const where = (sp?.entityId ?? serviceProvider) as EntityId | undefined;
    return findInRecords(stores, value, where);
  };

  test.each(['transient', 'persistent', 'eduPersonTargetedID', 'pairwise-id', 'subject-id', 'eduPersonPrincipalName'])(
    '(%s) leads to its person, with and without the SP',
    async (kind) => {
      const expected = expect.objectContaining({
        username: 's1234567',
        serviceProvider: one.entityId,
        kind,
        by: 'log',
      });
      expect(await find(given[kind] ?? '')).toContainEqual(expected);
      expect(await find(given[kind] ?? '', one)).toContainEqual(expected);
    },
  );

  test('tells when it was given out first and last', async () => {
    const [found] = await find(given['pairwise-id'] ?? '', one);
    expect((found?.lastAt ?? 0) - (found?.firstAt ?? 0)).toBe(1000);
  });

  test('is found as the bare value of IdP!SP!value, and a pairwise-id in any case', async () => {
    const bare = given.eduPersonTargetedID?.split('!').at(-1) ?? '';
    expect(await find(bare)).toContainEqual(expect.objectContaining({ kind: 'eduPersonTargetedID' }));
    expect(await find(given['pairwise-id']?.toLowerCase() ?? '')).toHaveLength(1);
    expect(await find(bare.toLowerCase())).toEqual([]);
  });

  test('attack: looked up for another SP, it leads to nobody', async () => {
    for (const kind of ['transient', 'persistent', 'eduPersonTargetedID', 'pairwise-id']) {
      const value = given[kind]?.split('!').at(-1) ?? '';
      expect(await find(value, two)).toEqual([]);
      expect(await find(`${made.idp.entityId}!${two.entityId}!${value}`)).toEqual([]);
    }
  });
});

test('nobody’s login waits for the log, and what it could not write waits for it', async () => {
  const notices: Notice[] = [];
  let isAway = true;
  const written: string[] = [];
  const log = {
    append: async (events: readonly { readonly id: string }[]) => {
      if (isAway) throw new GakumonError('store-unavailable', { detail: 'away' });
      written.push(...events.map(({ id }) => id));
    },
  };
  const queue = createReleaseLogQueue(log, { capacity: 2, batch: 5, report: (notice) => void notices.push(notice) });
  const logging = { ...made, idp: { ...made.idp, releaseLog: queue } };
  for (let count = 0; count < 3; count += 1) await signOn(logging, one);
  await queue.flush();
  expect(written).toEqual([]);
  isAway = false;
  await queue.flush();
  expect(written).toHaveLength(2);
  expect(notices.map(({ message }) => message)).toEqual([
    'release log queue is full; newer events are lost',
    'release log cannot be written; it waits',
    'release log is written again',
  ]);
});

describe('what a service shows', () => {
  test.each([
    ['https://idp!https://sp!value', 'value', 'https://sp'],
    ['  https://idp!https://sp!va=lue \n', 'va=lue', 'https://sp'],
    ['value', 'value', undefined],
    ['a!b', 'a!b', undefined],
    ['a!b!c!d', 'a!b!c!d', undefined],
    ['a!b!', 'a!b!', undefined],
    ['', '', undefined],
  ])('%j is read', (written, value, serviceProvider) => {
    expect(readReportedIdentifier(written)).toMatchObject({ value, serviceProvider });
  });
});

describe('what belongs to somebody who left', () => {
  const ePpn = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6';
  const signOnWhile = async (isBlocked: (digest: string, username: string) => boolean, options: SendOptions = {}) => {
    const { idp } = await makeTestIdp([one], { clock: fixedClock(), rules });
    const { attempt, requestId } = await ask(idp, one, options);
    return readBy(one, await logIn({ ...idp, isBlocked }, attempt, fresh), requestId);
  };

  test('names nobody else: the login goes on without it', async () => {
    const blocked = identifierDigest('eduPersonPrincipalName', 's1234567@example.ac.jp');
    const { assertion } = await signOnWhile((digest, username) => digest === blocked && username === 's1234567');
    expect(assertion?.attributes).not.toHaveProperty(ePpn);
    expect(Object.keys(assertion?.attributes ?? {})).toHaveLength(release.length - 1);
  });

  test('attack: nor does what is computed from it; a NameID that was asked for is refused', async () => {
    const blocked = identifierDigest('source:username', 's1234567');
    const persistently = { nameIdPolicy: { format: nameIdFormats.persistent } };
    const { status, assertion } = await signOnWhile((digest) => digest === blocked, persistently);
    expect([status.second?.split(':').at(-1), assertion]).toEqual(['InvalidNameIDPolicy', undefined]);
    const given = await signOnWhile((digest) => digest === blocked);
    const names = Object.keys(given.assertion?.attributes ?? {});
    expect(names).not.toContain('urn:oid:1.3.6.1.4.1.5923.1.1.1.10');
    expect(names).not.toContain('urn:oasis:names:tc:SAML:attribute:pairwise-id');
  });
});
