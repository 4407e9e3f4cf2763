import { GakumonError, type Person, type Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { AttributeSource, Directory } from '../ports.ts';
import { type UsedSource, withSources } from './withSources.ts';

const taro = 'taro' as Username;
const person: Person = {
  username: taro,
  directory: 'staff',
  passwordVersion: 'v1',
  account: {},
  groups: ['staff'],
  attributes: { mail: ['taro@example.ac.jp'], employeeNumber: ['12', '13'] },
};
const refused = (detail: string) =>
  expect.objectContaining({ code: 'source-unavailable', detail: expect.stringContaining(detail) });

function directoryOf(one: Person = person): Directory {
  return {
    name: 'staff',
    find: async (username) => (username === one.username ? one : undefined),
    verifyPassword: async (_, password) =>
      password === 'right' ? { kind: 'accepted', person: one } : { kind: 'rejected' },
    changePassword: async (_, { current }) =>
      current === 'right' ? { kind: 'changed', person: { ...one, passwordVersion: 'v2' } } : { kind: 'rejected' },
  };
}

type Answer = Awaited<ReturnType<AttributeSource['find']>>;
function used(name: string, answer: (key: string) => Answer | Promise<Answer>, more: Partial<UsedSource> = {}) {
  const asked: string[] = [];
  const find = async (key: string) => {
    asked.push(key);
    return answer(key);
  };
  const settings = { name, key: 'username', directories: undefined, whenAway: 'refuse', timeout: 1000 } as const;
  return { asked, ...settings, ...more, source: { name, find } };
}
const gone = (): never => {
  throw new GakumonError('source-unavailable', { detail: 'source hr: gone' });
};

test('what sources know is added behind what the directory says, each value once', async () => {
  const hr = used('hr', () => ({ mail: ['taro@example.ac.jp', 't@example.ac.jp'], ou: ['Law'] }));
  const club = used('club', () => ({ ou: ['Tea', 'Law'] }));
  expect(await withSources(directoryOf(), [hr, club]).find(taro)).toEqual({
    ...person,
    attributes: {
      mail: ['taro@example.ac.jp', 't@example.ac.jp'],
      employeeNumber: ['12', '13'],
      ou: ['Law', 'Tea'],
    },
  });
});

test('whose name it is, is asked of the directory alone', async () => {
  const hr = used('hr', gone);
  const directory = withSources(directoryOf(), [hr]);
  expect(await directory.lookUp?.(taro)).toBe(taro);
  expect(await directory.lookUp?.('hanako' as Username)).toBeUndefined();
  expect(hr.asked).toEqual([]);
});

test('an accepted password and a changed one come with the same person as find; others ask no source', async () => {
  const hr = used('hr', () => ({ ou: ['Law'] }));
  const directory = withSources(directoryOf(), [hr]);
  const ou = { person: { attributes: { ou: ['Law'] } } };
  expect(await directory.verifyPassword(taro, 'right')).toMatchObject({ kind: 'accepted', ...ou });
  expect(await directory.changePassword?.(taro, { current: 'right', next: 'x' })).toMatchObject({
    kind: 'changed',
    ...ou,
  });
  hr.asked.splice(0);
  expect(await directory.verifyPassword(taro, 'wrong')).toEqual({ kind: 'rejected' });
  expect(await directory.changePassword?.(taro, { current: 'wrong', next: 'x' })).toEqual({ kind: 'rejected' });
  expect(await directory.find('hanako' as Username)).toBeUndefined();
  expect(hr.asked).toEqual([]);
});

test('a source is asked by the first value of what it knows people by; who has none is not asked about', async () => {
  const hr = used('hr', () => ({ ou: ['Law'] }), { key: 'employeeNumber' });
  const none = used('none', () => ({ ou: ['Art'] }), { key: 'orcid' });
  expect((await withSources(directoryOf(), [hr, none]).find(taro))?.attributes.ou).toEqual(['Law']);
  expect([hr.asked, none.asked]).toEqual([['12'], []]);
});

test('only for the people of its directories', async () => {
  const students = used('s', () => ({ ou: ['Law'] }), { directories: ['students'] });
  const directory = directoryOf();
  expect(withSources(directory, [students])).toBe(directory);
});

test('a source that is away: nobody is answered for, or its name stands beside the person, as configured', async () => {
  const must = withSources(directoryOf(), [used('hr', gone)]);
  await expect(must.find(taro)).rejects.toEqual(refused('gone'));
  await expect(must.verifyPassword(taro, 'right')).rejects.toEqual(refused('gone'));
  expect(await must.verifyPassword(taro, 'wrong')).toEqual({ kind: 'rejected' });
  const may = withSources(directoryOf(), [
    used('hr', gone, { whenAway: 'without' }),
    used('club', () => ({ ou: ['Tea'] })),
  ]);
  expect(await may.find(taro)).toEqual({
    ...person,
    attributes: { ...person.attributes, ou: ['Tea'] },
    sourcesAway: ['hr'],
  });
});

test('a password that was changed is told, whatever is away', async () => {
  const directory = withSources(directoryOf(), [used('hr', gone)]);
  expect(await directory.changePassword?.(taro, { current: 'right', next: 'x' })).toMatchObject({
    kind: 'changed',
    person: { passwordVersion: 'v2', sourcesAway: ['hr'] },
  });
});

test('a source that never answers holds nobody up for longer than its time', async () => {
  const silent = used('hr', () => new Promise<never>(() => {}), { timeout: 1, whenAway: 'without' });
  expect((await withSources(directoryOf(), [silent]).find(taro))?.sourcesAway).toEqual(['hr']);
});

test('a mistake of ours is never taken for a source that is away', async () => {
  const broken = used('hr', () => Promise.reject(new TypeError('broken')), { whenAway: 'without' });
  await expect(withSources(directoryOf(), [broken]).find(taro)).rejects.toThrow('broken');
});

test('attack: whatever a source says, who somebody is stays with the directory', async () => {
  const evil = JSON.parse('{"__proto__":["x"],"account":["open"],"passwordVersion":["v9"],"directory":["other"]}');
  const found = await withSources(directoryOf(), [used('hr', () => evil)]).find(taro);
  expect({ ...found, attributes: person.attributes }).toEqual(person);
  expect(Object.getPrototypeOf(found?.attributes)).toBe(Object.prototype);
});

test('whom the directory has closed, no source is asked about; a lock that strangers bring about closes nothing', async () => {
  const hr = used('hr', gone);
  const closed = { ...person, account: { closed: { reason: 'disabled' } } } as const;
  expect(await withSources(directoryOf(closed), [hr]).find(taro)).toBe(closed);
  const all = await withSources(directoryOf(closed), [hr], { isExhaustive: true }).find(taro);
  expect(all).toEqual({ ...closed, sourcesAway: ['hr'] });
  const locked = { ...person, account: { closed: { reason: 'locked' } } } as const;
  await expect(withSources(directoryOf(locked), [hr]).find(taro)).rejects.toEqual(refused('gone'));
});
