import { attributeValueText, computeId, identifierDigest, noRecipes, resolveAttributes } from '@gakumon/attributes';
import { createFileDirectory, type Directory } from '@gakumon/directory';
import { type EntityId, GakumonError, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type TraceOptions, traceByComputing } from './traceByComputing.ts';

const sp = 'https://sp.example.org/sp' as EntityId;
const other = 'https://other.example.org/sp' as EntityId;
const generator = {
  name: 'computed',
  source: 'username',
  salt: Buffer.from('thisisaspecialsalt'),
  algorithm: 'sha1',
  encoding: 'base64',
} as const;
const byNumber = { ...generator, name: 'number', source: 'employeeNumber' } as const;
const context: TraceOptions['context'] = {
  entityId: 'https://idp.example.ac.jp/idp/shibboleth' as EntityId,
  scopes: ['example.ac.jp', 'alumni.example.ac.jp'],
  directoryScopes: { alumni: 'alumni.example.ac.jp' },
  recipes: noRecipes,
  generators: { targetedId: generator, pairwiseId: generator, persistent: generator },
};
const numbered = { ...context, generators: { ...context.generators, targetedId: byNumber, persistent: byNumber } };

/** Nobody logs in here. */
const passwordHash = '$scrypt$ln=15,r=8,p=3$FiV6oJKrV7Wdy0Yeb8ORqg$Ta/HPH1J2tnbvIpqNGDSrbouQu1AgkQe2uWVK0hQucE';

function directoryOf(name: string, usernames: readonly string[]): Directory & { looks: number } {
  const people = usernames.map((username) => ({
    username,
    passwordHash,
    groups: [],
    totpSecret: undefined,
    attributes: { employeeNumber: [`E-${name}-${username}`], eduPersonUniqueId: [`u${username}@example.ac.jp`] },
  }));
  const directory = createFileDirectory(name, () => people);
  const counted = {
    ...directory,
    looks: 0,
    find: (username: Username) => {
      counted.looks += 1;
      return directory.find(username);
    },
  };
  return counted;
}

const usernames = Array.from({ length: 300 }, (_, index) => `s${index}`);
const students = () => directoryOf('students', usernames);
const alumni = () => directoryOf('alumni', ['a1', 's7']);

const trace = (value: string, changes: Partial<TraceOptions> = {}) =>
  traceByComputing({
    directories: [students(), alumni()],
    context,
    isBlocked: () => false,
    serviceProvider: sp,
    value,
    ...changes,
  });

/** What an SP was told of somebody, by its kind. */
async function told(directory: Directory, username: string, id: string, where = context): Promise<string> {
  const person = await directory.find(username as Username);
  if (person === undefined) throw new Error(`nobody is called ${username}`);
  const { resolved } = resolveAttributes(person, { ...where, serviceProvider: { entityId: sp } });
  const [value] = resolved.find(({ definition }) => definition.id === id)?.values ?? [];
  return value === undefined ? '' : value.kind === 'nameId' ? value.value : attributeValueText(value);
}

describe('an identifier that nobody wrote down', () => {
  test('is found from login names alone, without a look at anybody', async () => {
    const directory = students();
    const { found, tried } = await trace(computeId(generator, sp, 's250'), { directories: [directory] });
    expect(found).toMatchObject([
      { username: 's250', directory: 'students', kind: 'eduPersonTargetedID', by: 'computed' },
    ]);
    expect([directory.looks, tried]).toEqual([0, 251]);
  });

  test.each([
    ['eduPersonTargetedID', 's299', students(), numbered],
    ['eduPersonTargetedID', 'a1', alumni(), numbered],
    ['pairwise-id', 'a1', alumni(), context],
    ['pairwise-id', 's299', students(), numbered],
    ['subject-id', 'a1', alumni(), context],
    ['eduPersonPrincipalName', 's42', students(), context],
    ['eduPersonUniqueId', 's42', students(), context],
  ])('%s of %s is found', async (kind, username, directory, where) => {
    const value = await told(directory, username, kind, where);
    expect(value).not.toBe('');
    const { found } = await trace(value, { context: where });
    const same = ['eduPersonPrincipalName', 'subject-id'];
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ username, directory: directory.name });
    expect(same.includes(kind) ? same : [kind]).toContain(found[0]?.kind);
  });

  test('a pairwise-id is found in any case, and of whoever has the same name in two directories the first', async () => {
    const value = await told(students(), 's7', 'pairwise-id');
    expect((await trace(value.toLowerCase())).found).toMatchObject([{ username: 's7', directory: 'students' }]);
  });

  test('what is the same at every SP is found without one', async () => {
    const value = await told(alumni(), 'a1', 'subject-id');
    const { found } = await trace(value, { serviceProvider: undefined });
    expect(found).toMatchObject([{ username: 'a1', serviceProvider: undefined, by: 'named' }]);
  });
});

describe('attack', () => {
  test('an identifier of one SP leads to nobody at another', async () => {
    const value = computeId(generator, sp, 's250');
    expect((await trace(value, { serviceProvider: other })).found).toEqual([]);
    expect((await trace(value, { serviceProvider: undefined })).found).toEqual([]);
    expect((await trace(await told(students(), 's1', 'pairwise-id'), { serviceProvider: other })).found).toEqual([]);
  });

  test.each([
    ['source:username', 's250', context],
    ['source:employeeNumber', 'E-students-s250', numbered],
  ])('what named somebody who left does not lead to whoever has the same %s now', async (kind, source, where) => {
    const digest = identifierDigest(kind, source);
    const value = computeId(kind.endsWith('username') ? generator : byNumber, sp, source);
    const isBlocked = (one: string, username: string): boolean => one === digest && username !== 'former';
    expect((await trace(value, { context: where, directories: [students()], isBlocked })).found).toEqual([]);
    const former: TraceOptions['isBlocked'] = (one, username) => one === digest && username !== 's250';
    expect((await trace(value, { context: where, isBlocked: former })).found).toMatchObject([{ username: 's250' }]);
  });

  test('what stands where nothing is stored yet leads to nobody', async () => {
    const stored = { kind: 'stored', name: 'kept', source: 'username', first: 'random' } as const;
    const generators = { targetedId: stored, pairwiseId: stored, persistent: stored };
    for (const value of ['not-yet-stored', 'not-yet-stored@example.ac.jp']) {
      expect((await trace(value, { context: { ...context, generators } })).found).toEqual([]);
    }
  });
});

test('directories that cannot list their people are told, and one that is away is no empty one', async () => {
  const { listUsernames: _, ...unlisted } = alumni();
  expect(await trace('x', { directories: [unlisted] })).toEqual({ found: [], tried: 0, unlisted: ['alumni'] });
  const away: Directory = {
    ...students(),
    // biome-ignore lint/correctness/useYield: it fails before it has anything to give
    async *listUsernames() {
      throw new GakumonError('directory-unavailable', { detail: 'away' });
    },
  };
  await expect(trace('x', { directories: [away] })).rejects.toMatchObject({ code: 'directory-unavailable' });
});

test('tells how far it is, and stops when it is told to', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = (done: number): void => {
    seen.push(done);
    if (done === 5) stop.abort(new GakumonError('interrupted'));
  };
  await expect(trace('x', { onProgress, signal: stop.signal })).rejects.toMatchObject({ code: 'interrupted' });
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});
