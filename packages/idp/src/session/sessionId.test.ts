import { createHash } from 'node:crypto';
import type { SessionToken } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { newSessionToken, sessionIdOf } from './sessionId.ts';

test('an id is 128 bits of the digest of the token, and leads to one session only', () => {
  const digest = createHash('sha256').update('a-token').digest('hex');
  const id = sessionIdOf('a-token' as SessionToken);
  expect(Buffer.from(id, 'base64url').toString('hex')).toBe(digest.slice(0, 32));
  expect(id).toMatch(/^[\w-]{22}$/);
  expect(sessionIdOf('a-tokem' as SessionToken)).not.toBe(id);
});

test('attack: a token cannot be guessed from others, and an id is no token', () => {
  const tokens = Array.from({ length: 1000 }, newSessionToken);
  expect(new Set(tokens).size).toBe(1000);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  const [token = '' as SessionToken] = tokens;
  expect(sessionIdOf(sessionIdOf(token) as string as SessionToken)).not.toBe(sessionIdOf(token));
});
