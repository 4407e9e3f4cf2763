import { describe, expect, test } from '@jest/globals';
import { hashPassword, matchesHash, passwordLimit, verifyPasswordHash } from './password.ts';
import { defaultCost, parsePasswordHash } from './passwordHash.ts';

const cheap = { logN: 10, r: 8, p: 1 };

describe('hashPassword and verifyPasswordHash', () => {
  test('the right password matches, another does not', async () => {
    const hash = await hashPassword('gakumon-demo', cheap);
    expect(await verifyPasswordHash('gakumon-demo', hash)).toBe(true);
    expect(await verifyPasswordHash('gakumon-demp', hash)).toBe(false);
    expect(await verifyPasswordHash('', hash)).toBe(false);
  });

  test('the default is written into the hash, with a fresh salt each time', async () => {
    const [one, two] = await Promise.all([hashPassword('same'), hashPassword('same')]);
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(parsePasswordHash(one)?.cost).toEqual(defaultCost);
    expect(one).not.toBe(two);
    expect(await verifyPasswordHash('same', two)).toBe(true);
  });

  test('a password is the same however its letters were composed, and full-width letters are other letters', async () => {
    const hash = await hashPassword('パス\u304b\u3099', cheap);
    expect(await verifyPasswordHash('パス\u304c', hash)).toBe(true);
    expect(await verifyPasswordHash('a', await hashPassword('\uff41', cheap))).toBe(false);
  });

  test('computes what RFC 7914 section 12 computes', async () => {
    const digest = Buffer.from(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162' +
        '2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
      'hex',
    );
    const hash = { cost: { logN: 10, r: 8, p: 16 }, salt: Buffer.from('NaCl'), digest };
    expect(await matchesHash(Buffer.from('password'), hash)).toBe(true);
    expect(await matchesHash(Buffer.from('passwore'), hash)).toBe(false);
  });

  test.each([
    ['empty', ''],
    ['longer than the limit', 'a'.repeat(passwordLimit + 1)],
    ['longer than the limit in bytes', '学'.repeat(400)],
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['half a surrogate pair', 'secret\ud800'],
  ])('a password that is %s is not hashed and never matches', async (_what, password) => {
    await expect(hashPassword(password, cheap)).rejects.toMatchObject({ code: 'usage-wrong' });
    expect(await verifyPasswordHash(password, await hashPassword('x', cheap))).toBe(false);
  });

  test('a password of exactly the limit counts to its last byte', async () => {
    const longest = 'a'.repeat(passwordLimit);
    const hash = await hashPassword(longest, cheap);
    expect(await verifyPasswordHash(longest, hash)).toBe(true);
    expect(await verifyPasswordHash(`${longest.slice(0, -1)}b`, hash)).toBe(false);
  });

  test('no hash is made at a cost that no login could bear, or that protects nothing', async () => {
    await expect(hashPassword('x', { logN: 24, r: 8, p: 1 })).rejects.toMatchObject({ code: 'usage-wrong' });
    await expect(hashPassword('x', { logN: 1, r: 1, p: 1 })).rejects.toMatchObject({ code: 'usage-wrong' });
  });
});

describe('a hostile or broken file of people', () => {
  const salt = 'A'.repeat(22);
  const digest = 'A'.repeat(43);
  test.each([
    ['asks for a terabyte', `$scrypt$ln=30,r=8,p=1$${salt}$${digest}`],
    ['asks for a gigabyte by r', `$scrypt$ln=15,r=99,p=1$${salt}$${digest}`],
    ['asks for minutes by p', `$scrypt$ln=17,r=8,p=99$${salt}$${digest}`],
    ['has no work in it', `$scrypt$ln=1,r=1,p=1$${salt}$${digest}`],
    ['has zero passes', `$scrypt$ln=15,r=8,p=0$${salt}$${digest}`],
    ['has a digest of one byte, which every 256th password matches', `$scrypt$ln=15,r=8,p=1$${salt}$AA`],
    ['has no digest', `$scrypt$ln=15,r=8,p=1$${salt}$`],
    ['has a short salt', `$scrypt$ln=15,r=8,p=1$AA$${digest}`],
    ['names another algorithm', `$md5$ln=15,r=8,p=1$${salt}$${digest}`],
    ['is the password itself', 'gakumon-demo'],
    ['goes on after the digest', `$scrypt$ln=15,r=8,p=1$${salt}$${digest}\n$x`],
    ['is empty', ''],
  ])('a hash that %s is refused before any work', async (_attack, hash) => {
    expect(parsePasswordHash(hash)).toBeUndefined();
    await expect(verifyPasswordHash('gakumon-demo', hash)).rejects.toMatchObject({ code: 'document-invalid' });
  });
});
