import {
  type AuthenticationFact,
  type Authenticator,
  decideEnrolment,
  type EnrollableKind,
  type EnrolmentDecision,
  type PersonAuthenticators,
} from '@gakumon/mfa';
import { type BrowserId, GakumonError, type Person, type SessionId } from '@gakumon/terms';
import { mustChangeFirst } from '../account/decideAccount.ts';
import type { Idp } from '../idp.ts';
import { findPerson } from '../login/findPerson.ts';
import { findProofs } from '../session/findProofs.ts';
import { findSession } from '../session/findSession.ts';
import { policyQuestion } from '../stepUp/policyQuestion.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { findDirectoryAuthenticator, withFixed } from './listAuthenticators.ts';
import { weighFacts } from './weighFacts.ts';

/** Somebody who looks after their own authenticators, and what they have proved. */
export type AuthenticatorOwner = {
  readonly person: Person;
  /** What was proved for it: in a login, in this very attempt; on pages of ours, in the session. */
  readonly facts: readonly AuthenticationFact[];
  readonly browser: BrowserId;
  readonly address: string;
  /** The session of this browser, if there is one: what is done here leaves it alone. */
  readonly session: SessionId | undefined;
  /** The login that an authenticator is enrolled in; undefined on pages of ours. */
  readonly attempt: Pick<SsoAttempt, 'id'> | undefined;
};

/**
 * Whose authenticators a visitor may look after: found by what was proved, never by what a form says.
 * @param attempt the login that this is in; undefined on pages of ours, which stand on the session alone
 * @throws GakumonError `session-gone`, `store-unavailable`
 */
export async function findOwner(
  idp: Idp,
  visitor: Visitor,
  attempt: Pick<SsoAttempt, 'id'> | undefined,
): Promise<AuthenticatorOwner> {
  const proved = attempt === undefined ? await findInSession(idp, visitor) : await findInAttempt(idp, visitor, attempt);
  if (proved.person === undefined) throw new GakumonError('session-gone');
  const { person, facts, session } = proved;
  return { person, facts, session, browser: visitor.browser, address: visitor.address, attempt };
}

type Found = {
  readonly person: Person | undefined;
  readonly facts: readonly AuthenticationFact[];
  readonly session: SessionId | undefined;
};
const nobody: Found = { person: undefined, facts: [], session: undefined };

async function findInSession(idp: Idp, visitor: Visitor): Promise<Found> {
  const session = visitor.session === undefined ? undefined : await findSession(idp, visitor.session);
  if (session === undefined) return nobody;
  return { person: await findPerson(idp, session.username), facts: session.facts, session: session.id };
}

async function findInAttempt(idp: Idp, visitor: Visitor, attempt: Pick<SsoAttempt, 'id'>): Promise<Found> {
  const { person, attempt: pending, session: any } = await findProofs(idp, attempt, visitor);
  const session = any?.username === person?.username ? any : undefined;
  // Nothing of the session, which may be in other hands: any service's name begins a login in it
  return { person, facts: pending?.facts ?? [], session: session?.id };
}

/**
 * Whether somebody may enrol, remove or export an authenticator now (law 7).
 * @param record what the person has
 * @param at when what was proved is weighed, milliseconds: the moment at which an enrolment began, for one that goes on
 */
export async function decideOwnEnrolment(
  idp: Pick<Idp, 'policy' | 'clock' | 'directories'>,
  owner: AuthenticatorOwner,
  record: PersonRecord,
  at: number = idp.clock(),
): Promise<EnrolmentDecision> {
  const fixed = await findDirectoryAuthenticator(idp, owner.person);
  return decideFor(idp, owner, withFixed(record, fixed), at);
}

/** What is there of a person's own. */
type PersonRecord = Pick<PersonAuthenticators, 'authenticators'>;

/**
 * Makes the check that a change of the record is held against: it is pure, so that it may stand inside the change, where
 * two enrolments at once do not both see an empty record.
 * @param kind what is to be enrolled; undefined when nothing is
 * @returns a check that throws GakumonError `enrolment-not-allowed` (`data.networks`: from where it would be, by name)
 * @throws GakumonError `enrolment-not-allowed` when the policy does not offer this kind
 */
export async function prepareEnrolmentCheck(
  idp: Pick<Idp, 'policy' | 'clock' | 'directories'>,
  owner: AuthenticatorOwner,
  kind?: EnrollableKind,
): Promise<(record: PersonRecord, at?: number) => void> {
  if (kind !== undefined && !idp.policy().offered.includes(kind)) {
    throw new GakumonError('enrolment-not-allowed', { detail: `${kind} is not offered` });
  }
  const fixed = await findDirectoryAuthenticator(idp, owner.person);
  const now = idp.clock();
  return (record, at = now) => {
    const decision = decideFor(idp, owner, withFixed(record, fixed), at);
    if (decision.allowed) return;
    const { elsewhere } = decision;
    const data = elsewhere.length === 0 ? {} : { networks: elsewhere.join(' ') };
    throw new GakumonError('enrolment-not-allowed', { data });
  };
}

function decideFor(
  idp: Pick<Idp, 'policy' | 'clock'>,
  { person, facts, address }: AuthenticatorOwner,
  authenticators: readonly Authenticator[],
  now: number,
): EnrolmentDecision {
  const policy = idp.policy();
  const question = policyQuestion(policy, {
    person,
    serviceProvider: undefined,
    attributeConsumingServiceIndex: undefined,
    contexts: [],
    address,
    firstProofAt: undefined,
    now: idp.clock(),
  });
  // By an initial password nobody gets a key that outlasts it
  const proved = mustChangeFirst(facts) ? facts.filter(({ authenticator }) => authenticator !== 'password') : facts;
  const counting = weighFacts(proved, authenticators);
  return decideEnrolment(policy, question, { facts: counting, hasAuthenticators: authenticators.length > 0, now });
}
