import type { AuthenticationFact, PendingLogin } from '@gakumon/idp';

export const mostFacts = 50;

/**
 * The pending login after a fact. What was there counts only when it has not expired and is about the same person:
 * otherwise the second factor of one person would complete the password of another.
 */
export function pendingWithFact(
  existing: PendingLogin | undefined,
  login: Omit<PendingLogin, 'facts'>,
  fact: AuthenticationFact,
  now: number,
): PendingLogin {
  const continues = existing !== undefined && existing.username === login.username && now < existing.expiresAt;
  const facts = continues ? [...existing.facts, fact].slice(-mostFacts) : [fact];
  return {
    attempt: login.attempt,
    browser: login.browser,
    username: login.username,
    facts,
    expiresAt: login.expiresAt,
  };
}

/** The pending login with its end put off, never brought forward; undefined when there is none that is not over. */
export function prolonged(
  existing: PendingLogin | undefined,
  expiresAt: number,
  now: number,
): PendingLogin | undefined {
  if (existing === undefined || existing.expiresAt <= now) return undefined;
  return { ...existing, expiresAt: Math.max(existing.expiresAt, expiresAt) };
}
