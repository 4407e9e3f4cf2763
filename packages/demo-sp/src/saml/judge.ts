import type { Pending } from '../state/memory.ts';
import type { AssertionFacts, Confirmation } from './facts.ts';
import { demoSpAcs, demoSpEntityId } from './metadata.ts';
import { type Refused, refused } from './refusal.ts';
import { skew, type Verified } from './samlify.ts';

/** What a verified answer is held against. */
export type Circumstances = {
  readonly baseUrl: string;
  readonly idpEntityId: string;
  readonly now: number;
  /** The request that it says it answers; undefined when there is none waiting. */
  readonly pending: Pending | undefined;
  readonly relayState: string | undefined;
};

type Rule = (answer: Verified, around: Circumstances) => Refused | undefined;
type AssertionRule = (assertion: AssertionFacts, answer: Verified, around: Circumstances) => Refused | undefined;

/**
 * Whether a verified answer is meant for this service, this request and this moment (SAML Profiles 4.1.4.3).
 * @returns why not; undefined when all is well
 */
export function judge(answer: Verified, around: Circumstances): Refused | undefined {
  for (const rule of responseRules) {
    const refusal = rule(answer, around);
    if (refusal !== undefined) return refusal;
  }
  if (answer.kind === 'status') return undefined;
  for (const rule of assertionRules) {
    const refusal = rule(answer.assertion, answer, around);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const fromTheIdp: Rule = ({ response }, { idpEntityId }) =>
  response.issuer === idpEntityId ? undefined : refused('issuer', response.issuer);

const sentHere: Rule = ({ response }, { baseUrl }) =>
  response.destination === demoSpAcs(baseUrl) ? undefined : refused('destination', response.destination);

const askedFor: Rule = ({ response }, { pending }) =>
  response.inResponseTo === undefined || pending !== undefined
    ? undefined
    : refused('not-asked', response.inResponseTo);

const ownRelayState: Rule = (_answer, { pending, relayState }) =>
  pending === undefined || pending.relayState === relayState ? undefined : refused('not-asked', 'another RelayState');

const responseRules = [fromTheIdp, sentHere, askedFor, ownRelayState];

const assertedByTheIdp: AssertionRule = ({ issuer }, _answer, { idpEntityId }) =>
  issuer === idpEntityId ? undefined : refused('issuer', issuer);

const meantForUs: AssertionRule = ({ audiences }, _answer, { baseUrl }) =>
  audiences.includes(demoSpEntityId(baseUrl)) ? undefined : refused('audience', audiences.join(', '));

const inTime: AssertionRule = ({ notBefore, notOnOrAfter }, _answer, { now }) =>
  notBefore <= now + skew && now - skew < notOnOrAfter
    ? undefined
    : refused('expired', `${notBefore} to ${notOnOrAfter}`);

const confirmed: AssertionRule = ({ confirmations }, { response }, { baseUrl, now }) => {
  if (confirmations.length === 0) return refused('confirmation', 'none by bearer');
  const fits = ({ recipient, inResponseTo, notOnOrAfter }: Confirmation): boolean =>
    recipient === demoSpAcs(baseUrl) && inResponseTo === response.inResponseTo && now - skew < notOnOrAfter;
  if (confirmations.some(fits)) return undefined;
  const [first] = confirmations;
  return refused(first?.recipient === demoSpAcs(baseUrl) ? 'confirmation' : 'recipient', first?.recipient);
};

const fresh: AssertionRule = ({ authnInstant }, _answer, { pending }) =>
  !pending?.wish.forceAuthn || authnInstant >= pending.sentAt - skew ? undefined : refused('not-fresh');

const asStrongAsAsked: AssertionRule = ({ authnContext }, _answer, { pending }) =>
  pending?.wish.authnContext === undefined || pending.wish.authnContext === authnContext
    ? undefined
    : refused('authn-context', authnContext);

const assertionRules = [assertedByTheIdp, meantForUs, inTime, confirmed, fresh, asStrongAsAsked];
