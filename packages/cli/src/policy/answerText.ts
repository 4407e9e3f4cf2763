import {
  type Authenticator,
  type EnrolmentDecision,
  meets,
  type NetworkPlacement,
  type PolicyRule,
  type RuleTrace,
  writeInstant,
} from '@gakumon/mfa';
import { type Fact, formatFacts, ifThere } from '../metadata/fact.ts';
import { tellSpan } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import type { Answer, Visit } from './explainVisit.ts';
import type { Would } from './would.ts';

/** An explanation for reading. @param source where the policy is from */
export function answerText(visit: Visit, answer: Answer, would: readonly Would[], source: string): string {
  const { question, authenticators } = visit;
  const { verdict, enrolment } = answer.explanation;
  const facts: readonly Fact[] = [
    ['asked for', visit.isDisabled ? 'refused: the account is disabled' : tellDecision(visit, answer)],
    ['because', ...listReasons(answer)],
    ['requires', answer.requires.join(', ')],
    ['announced', ...answer.told.map(tellAnnounced)],
    ['session', ...ifThere(tellSession(visit))],
    ['address', ...tellPlacement(question.address, verdict?.placement)],
    ['person', tellPerson(visit)],
    ['has', ...(authenticators.length === 0 ? ['no authenticator'] : authenticators.map(tellAuthenticator))],
    ['may enrol', ...ifThere(enrolment && tellEnrolment(enrolment))],
    ['service', question.service?.entityId ?? 'none: the pages about oneself'],
    ['its wish', ...question.contexts],
    ['time', writeInstant(question.now)],
    ['policy', source],
  ];
  const rules = verdict?.rules ?? [];
  return [
    formatFacts(facts),
    '',
    rules.length === 0 ? 'no rules' : formatTable(['rule', 'matches', 'requires', 'why not'], rules.map(toRow)),
    ...(would.length === 0 ? [] : ['', formatTable(['if', 'would be asked for'], would.map(tellWould))]),
  ].join('\n');
}

function tellDecision(visit: Visit, answer: Answer): string {
  const { authenticators } = visit;
  const { decision, explanation } = answer;
  const { decision: decided, next } = explanation;
  if (decided.kind === 'refuse') return 'refused: no class that the service asks for can be asserted here';
  if (decision === 'password') return isEnough(visit, answer) ? 'nothing: the session is enough' : 'password';
  if (next === undefined || next.kind === 'unreachable') {
    return 'refused: this person has nothing that would do, and may not enrol it from there';
  }
  if (next.kind === 'enrol')
    return `password, then to enrol: ${next.kinds.map((kind) => kindNames[kind]).join(' or ')}`;
  const options = next.kind === 'stepUp' ? next.options : authenticators;
  const asked = `password, then ${options.map(tellAuthenticator).join(' or ')}`;
  return decision === 'enrol' ? `${asked}, to enrol one that does` : `${decision}: ${asked}`;
}

/** Whether a session in which the password alone was proved, so long ago, needs nothing more. */
function isEnough({ question }: Visit, { explanation, aim }: Answer): boolean {
  const { firstProofAt: at, address, now } = question;
  if (at === undefined) return false;
  const facts = [{ authenticator: 'password', at, address, passwordVersion: undefined } as const];
  const wanted = [...explanation.goal.requirements, ...(aim === undefined ? [] : [aim.requirement])];
  return wanted.every((one) => meets(one, { facts, usedAt: [at] }, now) !== undefined);
}

function tellSession({ question: { now, firstProofAt } }: Visit): string | undefined {
  return firstProofAt === undefined ? undefined : `its password was proved ${tellSpan(now - firstProofAt)} ago`;
}

function tellAnnounced({ name, from = 0, announce = 0 }: PolicyRule): string {
  return `${name}, to this person since ${writeInstant(from - announce)}; it begins at ${writeInstant(from)}`;
}

/** What makes it more than a password, or nothing. */
function listReasons({ explanation: { verdict, next }, aim, requires }: Answer): string[] {
  const isMore = requires.join() !== 'password';
  const ofRules = (verdict?.matched ?? []).map(({ name, require }) => `the rule ${name} requires ${require.name}`);
  const ofService = isMore && aim !== undefined ? [`the service asks for ${aim.uri}`] : [];
  const asker = next?.kind === 'unreachable' && next.asker === 'service' ? ['the service is told: NoAuthnContext'] : [];
  return [...ofRules, ...ofService, ...asker];
}

const kindNames = { totp: 'TOTP', webauthn: 'passkey or security key' } as const;

function tellAuthenticator(authenticator: Authenticator): string {
  const traits =
    authenticator.kind === 'totp'
      ? [authenticator.isShared && 'shared', authenticator.origin === 'directory' && 'in the directory']
      : [authenticator.canVerifyUser && 'verifies the person', authenticator.isBackedUp && 'synced'];
  const told = traits.filter(Boolean);
  return `${kindNames[authenticator.kind]} "${authenticator.name}"${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}

function tellPlacement(address: string, placement: NetworkPlacement | undefined): string[] {
  const { inside = [], excluded = [] } = placement ?? {};
  const places = inside.map(({ network, range }) => `in ${network} (${range})`);
  return [
    `${address}: ${places.length === 0 ? 'in no named network' : places.join(', ')}`,
    ...excluded.map(({ network, range, by }) => `kept out of ${network} (${range}) by ${by}`),
  ];
}

function tellPerson({ question: { person } }: Visit): string {
  const groups = person.groups.length === 0 ? 'in no group' : `in ${person.groups.join(', ')}`;
  return `${person.username}, ${groups}`;
}

function tellEnrolment(enrolment: EnrolmentDecision): string {
  if (enrolment.allowed) return enrolment.by === 'authenticator' ? 'yes' : `yes, by the rule ${enrolment.by}`;
  const { elsewhere } = enrolment;
  return elsewhere.length === 0 ? 'only with an authenticator' : `not from there; from ${elsewhere.join(' or ')}`;
}

function toRow({ name, matched, requires, failed }: RuleTrace): string[] {
  return [name, matched ? 'yes' : 'no', requires, failed ?? ''];
}

function tellWould({ if: condition, answer: { decision, requires } }: Would): string[] {
  const isLess = decision === 'refuse' || decision === 'enrol';
  return [condition, isLess ? `${decision}, for ${requires.join(', ')}` : decision];
}
