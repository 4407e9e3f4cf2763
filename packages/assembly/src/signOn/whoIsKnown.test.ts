import { type Directory, withFreshness, withMatch, withSources } from '@gakumon/directory';
import { acceptPassword } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, browser, makeDirectory, makeTestIdp, password } from './testIdp.ts';

/** An IdP whose one person is known by a directory and by a source that must not be missing, as they are put together. */
async function begin(known: (directory: Directory) => Directory = (directory) => directory) {
  const clock = fixedClock();
  const asked: string[] = [];
  let isAway = true;
  const find = async (key: string) => {
    asked.push(key);
    if (isAway) throw new GakumonError('source-unavailable', { detail: 'source hr: gone' });
    return { ou: ['Law'] };
  };
  const settings = { name: 'hr', key: 'username', directories: undefined, whenAway: 'refuse', timeout: 1000 } as const;
  const raw = withMatch(known(await makeDirectory('local', 's1234567', password)), ['s*']);
  const sourced = withSources(raw, [{ ...settings, source: { name: 'hr', find } }]);
  const directory = withFreshness(sourced, { age: 1000, entries: 10, away: 0, clock, report: () => {} });
  const sp = pretendSp({ clock });
  const { idp } = await makeTestIdp([sp], { clock, directories: [directory] });
  const { attempt } = await ask(idp, sp);
  const type = (username: string, typed: string) =>
    acceptPassword(idp, attempt, browser, { username, password: typed }).then(
      () => 'accepted',
      ({ code }: GakumonError) => code,
    );
  return { type, asked, comeBack: () => (isAway = false) };
}

describe('a stranger who asks by wrong passwords who is known', () => {
  test('attack: a source that is away tells nobody who does not know the password', async () => {
    const { type, asked } = await begin();
    expect(await type('s1234567', 'a guess')).toBe('credentials-wrong');
    expect(await type('s7654321', 'a guess')).toBe('credentials-wrong');
    expect(asked).toEqual([]);
    expect(await type('s1234567', password)).toBe('source-unavailable');
  });

  test('attack: guesses are counted while it is away, for real names as for others', async () => {
    const { type } = await begin();
    const codesOf = async (username: string) => {
      const codes: string[] = [];
      for (let guess = 0; guess < 10; guess += 1) codes.push(await type(username, 'a guess'));
      return codes;
    };
    const codes = await codesOf('s1234567');
    expect(codes).toContain('account-throttled');
    expect(await codesOf('s7654321')).toEqual(codes);
  });

  test('attack: nobody has a source asked by a wrong password, when it is there neither', async () => {
    const { type, asked, comeBack } = await begin();
    comeBack();
    await type('s1234567', 'a guess');
    expect(asked).toEqual([]);
    expect(await type('s1234567', password)).toBe('accepted');
    expect(asked).toEqual(['s1234567']);
  });

  test('where a directory tells a name apart from a person, nobody is looked for before the password', async () => {
    const found: string[] = [];
    const { type, comeBack } = await begin((directory) => ({
      ...directory,
      lookUp: async (username) => (await directory.find(username))?.username,
      find: async (username) => {
        found.push(username);
        return directory.find(username);
      },
    }));
    comeBack();
    expect(await type('s1234567', 'a guess')).toBe('credentials-wrong');
    expect(await type('s1234567', password)).toBe('accepted');
    expect(found).toEqual([]);
  });
});
