import { randomBytes } from 'node:crypto';
import { continueSso, endSession, sessionIdOf } from '@gakumon/idp';
import { openStores } from '@gakumon/stores';
import type { SessionToken } from '@gakumon/terms';
import { describeWith, fixedClock, pretendSp, privateRedis, redisPrograms, startProcess } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeTestIdp, password } from './testIdp.ts';

describeWith(redisPrograms, 'whoever reads all that goes to Redis', () => {
  test('learns ids of sessions and no token, no password, and not which browser it was', async () => {
    const clock = fixedClock();
    const sp = pretendSp({ clock });
    const other = pretendSp({
      clock,
      entityId: 'https://other.example.net/sp',
      acs: ['https://other.example.net/acs'],
    });
    const redis = await privateRedis();
    const records = { kind: 'memory' } as const;
    const { attempts, codes, pendingLogins, sessions, throttles, cases, close } = await openStores({
      records,
      sessions: redis.location('gkm:'),
      clock,
    });
    const token = randomBytes(32).toString('base64url') as SessionToken;
    const overRedis = { attempts, codes, pendingLogins, sessions, throttles, cases };
    const idp = { ...(await makeTestIdp([sp, other], { clock })).idp, ...overRedis, newSessionToken: () => token };
    const spy = startProcess('redis-cli', ['-p', String(redis.port), 'MONITOR']);
    try {
      await spy.waitFor(/^OK/);
      const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
      expect((await continueSso(idp, (await ask(idp, other)).attempt, signedIn)).kind).toBe('deliver');
      expect(signedIn.session).toBe(token);
      await endSession(idp, token);
      await redis.cli('SET', 'the', '終わり');
      await spy.waitFor(/"the"/);
    } finally {
      await spy.stop();
      await close();
    }
    const seen = spy.output();
    for (const expected of [sessionIdOf(token), sp.entityId, other.entityId, 's1234567', asMonitorWrites('終わり')]) {
      expect(seen).toContain(expected);
    }
    for (const secret of [token, password, browser.browser]) {
      expect(seen).not.toContain(asMonitorWrites(secret));
    }
  });
});

/** Octets outside ASCII as `\x` and their number. */
function asMonitorWrites(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (octet) => `\\x${octet.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
