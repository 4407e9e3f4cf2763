import { describe, expect, test } from '@jest/globals';
import { type FilePerson, listFilePeopleMistakes } from './filePerson.ts';

const good: FilePerson = {
  username: 's1234567',
  passwordHash: `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}`,
  groups: [],
  totpSecret: undefined,
  attributes: {},
};

describe('listFilePeopleMistakes', () => {
  test('finds none where there is none', () => {
    expect(listFilePeopleMistakes([good, { ...good, username: 'f1234567' }])).toEqual([]);
  });

  test('lists all mistakes at once, each with its place', () => {
    const people = [good, { ...good, username: 'S1234567', passwordHash: 'secret' }, { ...good, username: 's1234567' }];
    expect(listFilePeopleMistakes(people).map(({ index, field }) => [index, field])).toEqual([
      [1, 'username'],
      [1, 'passwordHash'],
      [2, 'username'],
    ]);
  });

  test('tells how a name must be written', () => {
    expect(listFilePeopleMistakes([{ ...good, username: 'Ｓ１２３' }])[0]?.message).toContain('"s123"');
  });

  test.each(['', 'a b', 'a\u200bb', 's1234567@example.ac.jp'])('refuses the name %j', (username) => {
    expect(listFilePeopleMistakes([{ ...good, username }])).toHaveLength(1);
  });

  test('a secret that makes no codes is a mistake, and is never repeated', () => {
    for (const totpSecret of ['', 'JBSWY3DP', 'not-base-32-at-all-1890']) {
      const mistakes = listFilePeopleMistakes([{ ...good, totpSecret }]);
      expect(mistakes).toMatchObject([{ index: 0, field: 'totpSecret' }]);
      if (totpSecret !== '') expect(JSON.stringify(mistakes)).not.toContain(totpSecret);
    }
    expect(listFilePeopleMistakes([{ ...good, totpSecret: 'jbsw y3dp ehpk 3pxp' }])).toEqual([]);
  });

  test('never repeats a password that was written in the place of a hash', () => {
    expect(JSON.stringify(listFilePeopleMistakes([{ ...good, passwordHash: 'hunter2' }]))).not.toContain('hunter2');
  });
});
