import { randomBytes } from 'node:crypto';
import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { formatSealingKeys, newSealingKey, parseSealingKeys } from './sealingKeyFile.ts';

const at = Date.UTC(2026, 6, 1, 9);
const secrets = [randomBytes(32), randomBytes(33), randomBytes(48)];
const texts = secrets.map((secret) => secret.toString('base64'));
const dated = secrets.map((secret, index) => ({
  ...newSealingKey(secret, at + index),
  used: at + 10 + index,
  replaced: index === 0 ? undefined : at + 20 + index,
}));

const secretsOf = (text: string) => parseSealingKeys(text, 'the file').map(({ secret }) => Buffer.from(secret));

function reasonOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('the file of the sealing keys', () => {
  test('a plain list is read as it always was', () => {
    expect(secretsOf(texts.join('\n'))).toEqual(secrets);
    expect(secretsOf(`${texts.join(' ')}\r\n\r\n`)).toEqual(secrets);
  });

  test('comments are passed over, and stay with the key below them', () => {
    const text = `# ours\n# since 2024\n${texts[0]}\n\n${texts[1]}   # the old one\n`;
    expect(secretsOf(text)).toEqual(secrets.slice(0, 2));
    expect(formatSealingKeys(parseSealingKeys(text, 'the file'))).toContain(`# ours\n# since 2024\n${texts[0]}\n`);
  });

  test('dates come back as they were written', () => {
    expect(parseSealingKeys(formatSealingKeys(dated), 'the file')).toEqual(
      dated.map((entry) => expect.objectContaining({ id: entry.id, added: entry.added, used: entry.used })),
    );
    expect(parseSealingKeys(formatSealingKeys(dated), 'the file').map(({ replaced }) => replaced)).toEqual(
      dated.map(({ replaced }) => replaced),
    );
  });

  test('a release that knows nothing of dates reads the same keys, whatever their length', () => {
    const asBefore = formatSealingKeys(dated)
      .trim()
      .split(/\s+/)
      .map((line) => Buffer.from(line, 'base64'));
    expect(asBefore).toEqual(secrets);
  });

  test('dates that mean nothing are passed over', () => {
    const [entry] = parseSealingKeys(`${texts[0]}#added=yesterday,colour=red,used=2026-07-01`, 'the file');
    expect(entry).toMatchObject({ secret: secrets[0], used: Date.UTC(2026, 6, 1) });
    expect(entry?.added).toBeUndefined();
  });

  test.each(['', '# only a comment', '\n\n'])('attack: %j is no file of keys', (text) => {
    expect(reasonOf(() => parseSealingKeys(text, 'the file'))).toMatchObject({ code: 'key-invalid' });
  });

  test.each([
    ['a sentence', 'the key of this university is kept in the safe of the computer centre'],
    ['one long word', 'replace-this-line-with-the-sealing-key-of-the-first-node'],
    ['a path', '/etc/gakumon/certs/that-other-folder/sealing.key/which/is/long'],
    ['an address', 'https://idp.example.ac.jp/idp/profile/SAML2/Redirect/SSO'],
    ['a PEM file', `-----BEGIN PRIVATE KEY-----\n${texts[0]}\n-----END PRIVATE KEY-----`],
    ['base64url', Buffer.alloc(32, 'ÿþ').toString('base64url')],
    ['base64 without its padding', texts[0]?.replace(/=+$/, '') ?? ''],
    ['base64 with a letter too many', `${texts[0]}A`],
    ['base64 whose last bits are not zero', `${'A'.repeat(42)}B=`],
    ['octets that are all the same', Buffer.alloc(32, 7).toString('base64')],
    ['a note without its mark', `${texts[0]}added=2026-07-01`],
  ])('attack: %s is no key, and makes the whole file bad without being repeated', (_, line) => {
    const reason = reasonOf(() => parseSealingKeys(`${texts[0]}\n${line}\n`, 'the file'));
    expect(reason).toMatchObject({ code: 'key-invalid' });
    expect(String(reason)).not.toContain(line);
  });

  test('which keys are retired comes back as it was written', () => {
    const [first, ...others] = dated;
    const entries = [{ ...first, retired: ['0011aabb', 'ffffffff'] }, ...others] as typeof dated;
    const again = parseSealingKeys(formatSealingKeys(entries), 'the file');
    expect(again.map(({ retired }) => retired)).toEqual([['0011aabb', 'ffffffff'], [], []]);
    expect(parseSealingKeys(`${texts[0]}#retired=x+0011AABB+../etc+0123456`, 'the file')[0]?.retired).toEqual([]);
  });

  test('attack: a short key is refused wherever it stands, without a word of what is in the file', () => {
    const short = randomBytes(31).toString('base64');
    const reason = reasonOf(() => parseSealingKeys(`${texts[0]}\n${short}#added=2026-07-01`, 'the file'));
    expect(isGakumonError(reason) && reason.code).toBe('key-invalid');
    expect(String(reason)).not.toContain(short);
    expect(String(reason)).not.toContain(texts[0]);
  });
});
