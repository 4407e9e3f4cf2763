import { randomBytes } from 'node:crypto';
import type { AttemptId, EntityId, SessionId } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { makeSealingKeys } from './sealingKeys.ts';
import { type Answered, transientIdFor } from './transientId.ts';

const keys = makeSealingKeys([randomBytes(32)]);
const answered: Answered = {
  attempt: 'attempt-1' as AttemptId,
  session: 'abcdefghijklmnopqrstuA' as SessionId,
  entityId: 'https://sp.example.org/shibboleth' as EntityId,
};

test('copies of one request are given the same name, on every node', () => {
  expect(transientIdFor(keys, answered)).toBe(transientIdFor(keys, { ...answered }));
  expect(transientIdFor(keys, answered)).toMatch(/^_[0-9a-f]{32}$/);
});

test.each<[string, Partial<Answered>]>([
  ['another attempt', { attempt: 'attempt-2' as AttemptId }],
  ['another session', { session: 'abcdefghijklmnopqrstuQ' as SessionId }],
  ['another SP', { entityId: 'https://other.example.net/sp' as EntityId }],
])('attack: %s gets a name that has nothing to do with it', (_, changes) => {
  expect(transientIdFor(keys, { ...answered, ...changes })).not.toBe(transientIdFor(keys, answered));
});

test('attack: parts cannot be cut differently into the same name', () => {
  const a = { ...answered, attempt: 'a","b' as AttemptId, session: 'c' as SessionId };
  const b = { ...answered, attempt: 'a' as AttemptId, session: 'b","c' as SessionId };
  expect(transientIdFor(keys, a)).not.toBe(transientIdFor(keys, b));
});

test('attack: who has not the key cannot compute it', () => {
  expect(transientIdFor(makeSealingKeys([randomBytes(32)]), answered)).not.toBe(transientIdFor(keys, answered));
});
