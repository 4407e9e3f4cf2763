import { randomBytes } from 'node:crypto';
import type { EntityId, SessionId } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { newSessionToken, sessionIdOf } from '../session/sessionId.ts';
import { makeSealingKeys } from './sealingKeys.ts';
import { openSessionIndex, sessionIndexFor } from './sessionIndex.ts';

const older = randomBytes(32);
const newer = randomBytes(32);
const keys = makeSealingKeys([newer]);
const sp = 'https://sp.example.org/shibboleth' as EntityId;
const other = 'https://other.example.net/sp' as EntityId;
const newId = (): SessionId => sessionIdOf(newSessionToken());
const id = newId();

describe('a SessionIndex', () => {
  test('leads back to its session, for the SP that it was made for', () => {
    const index = sessionIndexFor(keys, id, sp);
    expect(index).toMatch(/^_[0-9a-f]{32}$/);
    expect(openSessionIndex(keys, sp, index)).toEqual([id]);
  });
  test('is the same at each visit, so that one logout request ends what all of them began', () => {
    expect(sessionIndexFor(keys, id, sp)).toBe(sessionIndexFor(makeSealingKeys([newer]), id, sp));
  });
  test('another session has another one', () => {
    const indexes = Array.from({ length: 1000 }, () => sessionIndexFor(keys, newId(), sp));
    expect(new Set(indexes).size).toBe(1000);
  });
  test('attack: two SPs that compare what they were told cannot tell that it is one session', () => {
    const [mine, theirs] = [sessionIndexFor(keys, id, sp), sessionIndexFor(keys, id, other)];
    expect(mine).not.toBe(theirs);
    expect(openSessionIndex(keys, sp, theirs)).not.toContain(id);
    // Ids that differ by one bit leave nothing alike at either
    const near = Buffer.from(id, 'base64url');
    near[0] = (near[0] ?? 0) ^ 1;
    const neighbour = near.toString('base64url') as SessionId;
    const differing = (a: string, b: string) => [...a].filter((letter, at) => letter !== b[at]).length;
    expect(differing(mine, sessionIndexFor(keys, neighbour, sp))).toBeGreaterThan(16);
    expect(differing(mine, theirs)).toBeGreaterThan(16);
  });
  test('attack: an SP that sends the index of another SP, or a made-up one, names no session of anybody', () => {
    const sessions = new Set(Array.from({ length: 100 }, newId));
    for (const session of sessions) {
      for (const named of openSessionIndex(keys, sp, sessionIndexFor(keys, session, other))) {
        expect(sessions.has(named)).toBe(false);
      }
    }
  });
  test.each([
    '',
    '_',
    'x',
    `_${'0'.repeat(31)}`,
    `_${'0'.repeat(33)}`,
    `_${'G'.repeat(32)}`,
    `_${'A'.repeat(32)}`,
    `${'0'.repeat(33)}`,
    `_${'0'.repeat(32)}\n`,
  ])('attack: %j is not of the form, and names none', (index) => {
    expect(openSessionIndex(keys, sp, index)).toEqual([]);
  });
  test('after a rotation: one of before is still opened, for as long as its key is kept', () => {
    const index = sessionIndexFor(makeSealingKeys([older]), id, sp);
    expect(openSessionIndex(makeSealingKeys([newer, older]), sp, index)).toContain(id);
    expect(openSessionIndex(makeSealingKeys([older, newer]), sp, index)).toContain(id);
    expect(openSessionIndex(keys, sp, index)).not.toContain(id);
  });
  test('for more SPs than keys are kept, and for an entityID as long as there can be', () => {
    for (let count = 0; count < 2100; count += 1) {
      const entityId = `https://sp${count}.example.org/${'学'.repeat(1000)}` as EntityId;
      expect(openSessionIndex(keys, entityId, sessionIndexFor(keys, id, entityId))).toEqual([id]);
    }
  });
});
