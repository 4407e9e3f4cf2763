import type { Person, Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { Directory } from '../ports.ts';
import { withAffiliation } from './withAffiliation.ts';
import { withDepartures } from './withDepartures.ts';
import { compileMatch, withMatch } from './withMatch.ts';

const named = (name: string) => name as Username;
const someone = (attributes: Person['attributes'] = {}): Person => ({
  username: named('s1234567'),
  directory: 'students',
  passwordVersion: 'v1',
  account: {},
  groups: ['students'],
  attributes,
});

/** Knows one person under any name, by any password, and writes down what it was asked. */
function knowing(person: Person) {
  const asked: string[] = [];
  const directory: Directory = {
    name: person.directory,
    find: async (username) => {
      asked.push(`find ${username}`);
      return { ...person, username };
    },
    verifyPassword: async (username) => {
      asked.push(`verify ${username}`);
      return { kind: 'accepted', person: { ...person, username } };
    },
    changePassword: async (username) => {
      asked.push(`change ${username}`);
      return { kind: 'changed', person: { ...person, username } };
    },
    totpSecretOf: async (username) => {
      asked.push(`totp ${username}`);
      return 'JBSWY3DPEHPK3PXP';
    },
    listUsernames: async function* () {
      yield* ['s1234567', 'f1234567'].map(named);
    },
  };
  return { directory, asked };
}

/** What each way to a person gives. */
async function allOf(directory: Directory, username: Username): Promise<(Person | undefined)[]> {
  const verdict = await directory.verifyPassword(username, 'x');
  const changed = await directory.changePassword?.(username, { current: 'x', next: 'y' });
  return [
    await directory.find(username),
    verdict.kind === 'accepted' ? verdict.person : undefined,
    changed?.kind === 'changed' ? changed.person : undefined,
  ];
}

describe('match', () => {
  test.each([
    ['s*', ['s1234567', 's'], ['f1234567', 'xs1']],
    ['S*', ['s1234567'], ['f1']],
    ['s1234567', ['s1234567'], ['s12345678', 'as1234567', 's123456']],
    ['*-guest', ['a-guest', '-guest'], ['a-guests', 'guest']],
    ['g*-*x', ['g1-2x', 'g-x', 'g--xx'], ['g1x', 'g1-2xy', 'gx-']],
    ['a*a', ['aa', 'aba'], ['a', 'ab']],
    ['*', ['anybody', '学生'], []],
    ['学*', ['学生'], ['生学']],
    ['s.*', ['s.1'], ['s1', 'sx1']],
    ['[ab]*', ['[ab]1'], ['a1', 'b1']],
  ])('%s', (pattern, fitting, others) => {
    const fits = compileMatch([pattern]);
    expect(fitting.filter((name) => fits(named(name)))).toEqual(fitting);
    expect(others.filter((name) => fits(named(name)))).toEqual([]);
  });

  test('one of several patterns is enough; none of none', () => {
    expect(compileMatch(['s*', 'g*'])(named('g1'))).toBe(true);
    expect(compileMatch([])(named('g1'))).toBe(false);
  });

  test('the attack: a pattern of many stars and a name that nearly fits take no time', () => {
    const fits = compileMatch([`${'*a'.repeat(100)}*b`]);
    // One that tried every way would not end before the test does
    expect(fits(named(`${'a'.repeat(255)}c`))).toBe(false);
  });

  test('a name that does not fit reaches no directory, by any way', async () => {
    const { directory, asked } = knowing(someone());
    const students = withMatch(directory, ['s*']);
    expect(await allOf(students, named('f1'))).toEqual([undefined, undefined, undefined]);
    expect(await students.totpSecretOf?.(named('f1'))).toBeUndefined();
    expect(students.mayKnow?.(named('f1'))).toBe(false);
    expect(asked).toEqual([]);
    expect((await students.find(named('s1')))?.username).toBe('s1');
    const listed: string[] = [];
    for await (const username of students.listUsernames?.() ?? []) listed.push(username);
    expect(listed).toEqual(['s1234567']);
  });

  test('without patterns a directory is as it was', () => {
    const { directory } = knowing(someone());
    expect(withMatch(directory, undefined)).toBe(directory);
  });
});

describe('the affiliation of a directory', () => {
  test('is that of people of whom it tells none, by every way', async () => {
    const students = withAffiliation(knowing(someone({ displayName: ['H'] })).directory, ['student']);
    const told = (await allOf(students, named('s1'))).map((person) => person?.attributes);
    const attributes = { displayName: ['H'], affiliation: ['student'] };
    expect(told).toEqual([attributes, attributes, attributes]);
  });

  test.each([{ affiliation: ['staff'] }, { eduPersonAffiliation: ['staff'] }])('adds nothing to %j', async (own) => {
    const students = withAffiliation(knowing(someone(own)).directory, ['student']);
    expect((await students.find(named('s1')))?.attributes).toEqual(own);
  });

  test.each([
    [undefined, {}],
    [{ affiliation: 'status' }, {}],
    [{ eduPersonAffiliation: 'status' }, {}],
    [{ ou: 'dept' }, { affiliation: ['student'] }],
  ])('attack: alumni are no students while the register is away that tells %j', async (attributes, expected) => {
    const { directory } = knowing({ ...someone(), sourcesAway: ['register'] });
    const sources = [
      { name: 'register', attributes },
      { name: 'other', attributes: undefined },
    ];
    const told = await allOf(withAffiliation(directory, ['student'], sources), named('s1'));
    expect(told.map((person) => person?.attributes)).toEqual([expected, expected, expected]);
  });
});

describe('people who have left', () => {
  const leaving = (as: 'gone' | 'alumni', person = someone()) =>
    withDepartures(knowing(person).directory, (username) => (username === 's1' ? { as, at: 5 } : undefined));

  test('whoever is gone has a closed account, by every way', async () => {
    const closed = { reason: 'left', at: 5 };
    const told = (await allOf(leaving('gone'), named('s1'))).map((person) => person?.account.closed);
    expect(told).toEqual([closed, closed, closed]);
    expect((await leaving('gone').find(named('s2')))?.account).toEqual({});
  });

  test('is told that, whatever the directory closed it for; what it says of the password stays', async () => {
    const account = { closed: { reason: 'disabled' }, password: { kind: 'expired' } } as const;
    const person = await leaving('gone', { ...someone(), account }).find(named('s1'));
    expect(person?.account).toEqual({ closed: { reason: 'left', at: 5 }, password: { kind: 'expired' } });
  });

  test('attack: a lock, which strangers bring about, does not hide that somebody has left', async () => {
    const account = { closed: { reason: 'locked' } } as const;
    const person = await leaving('gone', { ...someone(), account }).find(named('s1'));
    expect(person?.account.closed).toEqual({ reason: 'left', at: 5 });
  });

  test('alumni keep an open account and lose every membership, whatever the directory calls it', async () => {
    const attributes = {
      displayName: ['H'],
      affiliation: ['学部生', 'student', 'member'],
      eduPersonAffiliation: ['member'],
      eduPersonPrimaryAffiliation: ['student'],
      eduPersonScopedAffiliation: ['student@example.ac.jp'],
    };
    const told = await allOf(leaving('alumni', someone(attributes)), named('s1'));
    const person = { ...someone({ displayName: ['H'], affiliation: ['alum'] }), username: 's1', leftAs: 'alumni' };
    expect(told).toEqual([person, person, person]);
  });

  test('the affiliation of the directory makes nobody a member again', async () => {
    const { directory } = knowing(someone());
    const inside = withAffiliation(directory, ['student']);
    const person = await withDepartures(inside, () => ({ as: 'alumni', at: 5 })).find(named('s1'));
    expect(person?.attributes.affiliation).toEqual(['alum']);
  });
});
