import { hash } from 'node:crypto';
import type { SessionId } from '@gakumon/terms';

export type KeyRow = {
  /** What follows the configured prefix. Braces are a hash tag: keys of one tag lie on one server of a Cluster. */
  readonly pattern: string;
  readonly holds: string;
  readonly lasts: string;
  /** The port that writes it. */
  readonly port: string;
};

/** Every key that Gakumon writes into Redis; `docs/redis-keys.md` is made from it. */
export const keyTable = {
  attempt: {
    pattern: 'attempt:<hash of the attempt>',
    holds: 'a mark: this request of an SP was answered',
    lasts: 'until the attempt itself is too old (3 hours)',
    port: 'AttemptLedger',
  },
  code: {
    pattern: 'code:<hash of whose it is and which>',
    holds: 'a mark: this code was used',
    lasts: 'as long as the code itself',
    port: 'SingleUseCodes',
  },
  pendingLogin: {
    pattern: 'pending:<hash of attempt and browser>',
    holds: 'what was proved in a login that is not finished: username, facts',
    lasts: '10 minutes from the last fact; an hour for somebody who enrols an authenticator',
    port: 'PendingLogins',
  },
  session: {
    pattern: 'session:<session id>',
    holds: 'an SSO session: username, facts, the SPs that were signed in to with their NameIDs',
    lasts: 'until its idle end or its end, whichever comes first; renewed by each sign-on',
    port: 'SsoSessions',
  },
  person: {
    pattern: 'person:<hash of the username>',
    holds: "ids of a person's sessions, at most 1,000, by their ends",
    lasts: 'until the end of the longest of them',
    port: 'SsoSessions',
  },
  throttle: {
    pattern: 'throttle:<hash of the bucket>',
    holds: 'a counter and the end of its window',
    lasts: 'the window',
    port: 'Throttles',
  },
  page: {
    pattern: 'page:<hash of what the cookie of the page state names>',
    holds: 'what a page of /portal tells the next one, such as a notice; who is signed in is never in it',
    lasts: '10 minutes from its last change',
    port: 'PageStates',
  },
  caseOrder: {
    pattern: '{cases}:order',
    holds: 'references of the newest refusals, in the order in which they came',
    lasts: '30 days from the last refusal',
    port: 'Cases',
  },
  caseEntries: {
    pattern: '{cases}:entries',
    holds: 'the refusals themselves by their references, with what led to each; no more than the ring holds',
    lasts: '30 days from the last refusal',
    port: 'Cases',
  },
  check: {
    pattern: 'check',
    holds: 'nothing: that it can be written shows that the server takes writes',
    lasts: '10 seconds',
    port: 'the connection, for /readyz',
  },
  checkOfMaster: {
    pattern: 'check{<number>}',
    holds: 'the same, for the other masters of a Cluster',
    lasts: '10 seconds',
    port: 'the connection, for /readyz',
  },
} as const satisfies Record<string, KeyRow>;

/** Makes the keys of one set-up. What comes from outside is hashed: nobody chooses the names or the lengths of keys. */
export type RedisKeys = {
  attempt(attempt: string): string;
  code(code: string): string;
  pendingLogin(attempt: string, browser: string): string;
  session(id: SessionId): string;
  person(username: string): string;
  throttle(bucket: string): string;
  page(id: string): string;
  readonly caseOrder: string;
  readonly caseEntries: string;
};

/** @param prefix in front of every key */
export function createRedisKeys(prefix: string): RedisKeys {
  const head = (name: keyof typeof keyTable): string => {
    const { pattern }: KeyRow = keyTable[name];
    return prefix + pattern.replace(/<.*/, '');
  };
  const hashed = (name: keyof typeof keyTable) => {
    const first = head(name);
    return (part: string): string => first + keyHash(part);
  };
  const pendingLogin = hashed('pendingLogin');
  const session = head('session');
  return {
    attempt: hashed('attempt'),
    code: hashed('code'),
    // As JSON, so that no two pairs can be cut differently into the same text
    pendingLogin: (attempt, browser) => pendingLogin(JSON.stringify([attempt, browser])),
    session: (id) => session + id,
    person: hashed('person'),
    throttle: hashed('throttle'),
    page: hashed('page'),
    caseOrder: head('caseOrder'),
    caseEntries: head('caseEntries'),
  };
}

/** 128 bits of SHA-256, base64url. */
function keyHash(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, 16).toString('base64url');
}
