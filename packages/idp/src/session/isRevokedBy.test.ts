import type { SessionId, Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { Revocation } from '../ports.ts';
import { isRevokedBy, type Revocable } from './isRevokedBy.ts';

const student = 's1234567' as Username;
const other = 'f1234567' as Username;
const id = 'abcdefghijklmnopqrstuA' as SessionId;
const all: Revocation = { username: student, session: undefined, at: 100, keepUntil: 1000 };
const one: Revocation = { ...all, session: id };
const session = (createdAt: number, changes: Partial<Revocable> = {}): Revocable => ({
  id,
  username: student,
  createdAt,
  ...changes,
});

test.each<[string, readonly Revocation[], Revocable, boolean]>([
  ['no revocation at all', [], session(50), false],
  ['all of the person, begun before', [all], session(50), true],
  ['all of the person, begun at that moment', [all], session(100), true],
  ['all of the person, begun afterwards', [all], session(101), false],
  ['all of somebody else', [all], session(50, { username: other }), false],
  ['this session, whenever it began', [one], session(101), true],
  ['another session of the person', [one], session(50, { id: 'other' as SessionId }), false],
  ['attack: the id of a session that is not the own', [one], session(50, { username: other }), false],
  ['a login without a session yet, by all of the person', [all], session(50, { id: undefined }), true],
  ['a login without a session yet, by that of one session', [one], session(50, { id: undefined }), false],
  ['one of many', [{ ...all, username: other }, one, { ...all, at: 10 }], session(50), true],
])('%s', (_, revocations, revocable, expected) => {
  expect(isRevokedBy(revocations, revocable)).toBe(expected);
});
