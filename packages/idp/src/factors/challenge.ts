import { type AttemptId, type BrowserId, GakumonError, minutes, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { seal, unseal } from '../seal/seal.ts';
import type { SsoAttempt, Visitor } from '../types.ts';

/** How long a question to a security key stands. */
const challengeLifetime = minutes(5);

/** What a challenge is for; an answer to one is none to another. */
export type ChallengeUse = 'first' | 'second' | 'enrol';

/** A question to a security key. The browser carries it sealed, so that nothing is stored for who proved nothing (law 4). */
export type Challenge = {
  /** 32 random octets, base64url. */
  readonly value: string;
  readonly use: ChallengeUse;
  readonly browser: BrowserId;
  /** The login, or the visit of our own pages, that it was asked in. */
  readonly attempt: AttemptId | undefined;
  /** Whom it was put to; undefined where the key itself tells who is there. */
  readonly username: Username | undefined;
  /** Whether the key has to check a PIN or a finger. */
  readonly mustVerifyUser: boolean;
  readonly askedAt: number;
};

/** Where a challenge has to have come from to be answered now. */
export type ChallengeExpectation = {
  readonly uses: readonly ChallengeUse[];
  readonly attempt: Pick<SsoAttempt, 'id'> | undefined;
  readonly visitor: Pick<Visitor, 'browser'>;
};

const purpose = 'webauthn challenge';

export function sealChallenge(idp: Pick<Idp, 'sealingKeys'>, challenge: Challenge): string {
  const sealed = seal(idp.sealingKeys, purpose, challenge);
  if (sealed.kind === 'too-large') throw new RangeError('a challenge has nothing in it that grows');
  return sealed.text;
}

/**
 * Opens what a browser sent back, and holds it against where it came back to.
 * @throws GakumonError `passkey-stale` when it is too old, or nothing that can be opened any more; `passkey-wrong` when it
 *   was asked in another browser or login, or for something else
 */
export function openChallenge(
  idp: Pick<Idp, 'sealingKeys' | 'clock'>,
  sealed: string,
  { uses, attempt, visitor }: ChallengeExpectation,
): Challenge {
  const challenge = unsealChallenge(idp, sealed);
  const age = idp.clock() - challenge.askedAt;
  if (age > challengeLifetime) throw new GakumonError('passkey-stale', { detail: 'the challenge is too old' });
  if (!uses.includes(challenge.use)) throw foreign('for another use');
  if (challenge.browser !== visitor.browser) throw foreign('in another browser');
  if (challenge.attempt !== attempt?.id) throw foreign('in another login');
  return challenge;
}

/**
 * Uses a challenge up, once everything else about the answer was found right.
 * @throws GakumonError `passkey-stale` for the second answer; `store-unavailable`
 */
export async function consumeChallenge(idp: Pick<Idp, 'codes'>, { value, askedAt }: Challenge): Promise<void> {
  // One millisecond longer than it stands, so that its last instant is not forgotten already
  const isFirst = await idp.codes.use(`webauthn ${value}`, askedAt + challengeLifetime + 1);
  if (!isFirst) throw new GakumonError('passkey-stale', { detail: 'the challenge was answered before' });
}

function unsealChallenge(idp: Pick<Idp, 'sealingKeys'>, sealed: string): Challenge {
  try {
    // The seal proves that we wrote it, in this format.
    return unseal(idp.sealingKeys, purpose, sealed) as Challenge;
  } catch (cause) {
    throw new GakumonError('passkey-stale', { detail: 'no challenge of ours', cause });
  }
}

const foreign = (how: string): GakumonError =>
  new GakumonError('passkey-wrong', { detail: `the challenge was asked ${how}` });
