import { hours, minutes, type SessionId, type Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { SsoSession } from '../ports.ts';
import { withinLifetime } from './withinLifetime.ts';

const lifetime = hours(8);
const session: SsoSession = {
  id: 'id' as SessionId,
  username: 's1234567' as Username,
  facts: [],
  serviceProviders: [],
  createdAt: hours(100),
  idleAt: hours(101),
  expiresAt: hours(108),
};

test('a session that was made under this lifetime is as its store tells', () => {
  expect(withinLifetime(session, lifetime, hours(100))).toEqual(session);
  expect(withinLifetime(session, hours(24), hours(100))).toEqual(session);
});

test('a lifetime that was made shorter holds at once', () => {
  expect(withinLifetime(session, minutes(30), hours(100))).toEqual({
    ...session,
    idleAt: hours(100.5),
    expiresAt: hours(100.5),
  });
  expect(withinLifetime(session, minutes(30), hours(100.5) - 1)).toBeDefined();
  expect(withinLifetime(session, minutes(30), hours(100.5))).toBeUndefined();
});

test('attack: an end that somebody wrote into the store counts for nothing', () => {
  const endless = { ...session, idleAt: Number.MAX_SAFE_INTEGER, expiresAt: Number.MAX_SAFE_INTEGER };
  expect(withinLifetime(endless, lifetime, hours(107))).toEqual({ ...session, idleAt: hours(108) });
  expect(withinLifetime(endless, lifetime, hours(108))).toBeUndefined();
});

test('neither of its own ends is put off', () => {
  expect(withinLifetime({ ...session, idleAt: hours(109) }, hours(24), hours(107))).toEqual({
    ...session,
    idleAt: hours(108),
  });
  expect(withinLifetime(session, hours(24), hours(101))).toBeUndefined();
});
