import {
  type AuthenticationFact,
  type AuthnDecision,
  type FactorPattern,
  type NetworkPlacement,
  placeAddress,
} from '@gakumon/mfa';
import { type AuthenticatorId, type ErrorRow, errorTable, type GakumonError, quoteUntrusted } from '@gakumon/terms';
import type { Hold } from '../factors/listHolds.ts';
import type { PortalNeed } from '../portal/portalAttempt.ts';
import type { CaseEvent } from '../ports.ts';
import type { LoginExplanation, LoginSituation } from '../stepUp/explainLogin.ts';
import type { TrustedRequest } from '../types.ts';
import { triedKindOf } from './triedKindOf.ts';

/** Of a session that was strengthened many times the last ones tell. */
const mostFacts = 10;
/** What an SP may write into a case. */
const longestContext = 200;

/** What somebody wanted to log in for: a service asked, or they wish to see the pages about themselves. */
export type AskedLogin =
  | { readonly for: 'service'; readonly request: TrustedRequest }
  | { readonly for: 'portal'; readonly need: PortalNeed };

/** What somebody was at when they were refused, where the page knows. */
export type TriedCase = {
  /** `setting-up`: an enrolment; `test`: "Test it", which is no login. */
  readonly during?: 'setting-up' | 'test' | undefined;
  /** As a form named it. */
  readonly authenticator?: AuthenticatorId | undefined;
};

/** What is known of a login when it is refused. */
export type RefusedLogin = {
  readonly asked: AskedLogin;
  /** By law 6. */
  readonly address: string;
  readonly situation: Pick<LoginSituation, 'policy' | 'authenticators' | 'now'>;
  /** Undefined where nobody has proved anything. */
  readonly explained: LoginExplanation | undefined;
  readonly error: GakumonError;
  readonly tried?: TriedCase | undefined;
  /** How often codes of the authenticator that was tried were wrong. */
  readonly hold?: Hold | undefined;
};

/**
 * What led to a refusal, oldest first, in words for staff. Pure, and made of names, times and addresses only: no code, no
 * password, no secret, no token is among what goes in.
 */
export function caseTimeline(refused: RefusedLogin): readonly CaseEvent[] {
  const { asked, address, situation, explained } = refused;
  const { policy, now } = situation;
  const at = now;
  const placement = explained?.verdict?.placement ?? placeAddress(policy.networks, address);
  const lines: CaseEvent[] = [
    askedLine(asked, at),
    ...(explained?.known?.facts ?? []).slice(-mostFacts).map((fact) => provedLine(fact, situation)),
    { at, kind: 'placed', text: placedText(placement) },
    ...(explained?.verdict?.matched ?? []).map(
      ({ name, require }) => ({ at, kind: 'rule', text: `${name} matched and requires ${require.name}` }) as const,
    ),
    ...requiredLines(explained?.decision, at),
    ...endLines(refused),
  ];
  return lines.toSorted((one, other) => one.at - other.at);
}

/** A wish to see pages of ours tells no time of its own. */
function askedLine(asked: AskedLogin, at: number): CaseEvent {
  if (asked.for === 'portal') return { at, kind: 'asked', text: `pages about oneself, to ${asked.need}` };
  return { at: asked.request.receivedAt, kind: 'asked', text: askedText(asked.request) };
}

function askedText({
  serviceProvider,
  requestedAuthnContext,
  forceAuthn,
  isPassive,
  requestId,
}: TrustedRequest): string {
  const contexts = requestedAuthnContext?.classes.map((uri) => quoteUntrusted(uri, longestContext)).join(', ');
  const parts = [
    `${serviceProvider} asked for a login`,
    ...(requestId === undefined ? ['begun here'] : []),
    ...(contexts === undefined ? [] : [`context ${requestedAuthnContext?.comparison} ${contexts}`]),
    ...(forceAuthn ? ['ForceAuthn'] : []),
    ...(isPassive ? ['IsPassive'] : []),
  ];
  return parts.join('; ');
}

function placedText({ address, inside, excluded }: NetworkPlacement): string {
  const places = [
    ...inside.map(({ network, range }) => `in ${network} (${range})`),
    ...excluded.map(({ network, range, by }) => `kept out of ${network} (${range}) by ${by}`),
  ];
  return `${address}: ${places.length === 0 ? 'in no named network' : places.join(', ')}`;
}

function provedLine(
  { authenticator, at, address, id, traits = [], passwordState: state }: AuthenticationFact,
  { authenticators = [] }: Pick<LoginSituation, 'authenticators'>,
): CaseEvent {
  const name = authenticators.find((one) => one.id === id)?.name;
  const parts = [
    authenticator,
    ...(name === undefined ? [] : [`"${name}"`]),
    ...traits,
    ...(state === undefined ? [] : [`(${state.kind})`]),
  ];
  return { at, kind: 'proved', text: `${parts.join(' ')} from ${address}` };
}

function requiredLines(decision: AuthnDecision | undefined, at: number): readonly CaseEvent[] {
  if (decision?.kind !== 'incomplete' || decision.known === undefined) return [];
  const ways = [...new Set(decision.ways.map(({ missing }) => missing.map(patternText).join(' and ')))];
  return [{ at, kind: 'required', text: `missing: ${ways.join(', or ')}` }];
}

function patternText({ authenticator, with: wanted = [], without = [] }: FactorPattern): string {
  return [authenticator, ...wanted, ...without.map((trait) => `not ${trait}`)].join(' ');
}

function endLines(refused: RefusedLogin): readonly CaseEvent[] {
  const {
    asked,
    situation: { now: at },
    error: { code },
  } = refused;
  const row: ErrorRow = errorTable[code];
  const told =
    row.status === undefined || asked.for === 'portal'
      ? `page ${code}`
      : `${row.status.join(' ')} to ${asked.request.assertionConsumerService}`;
  return [
    ...triedTexts(refused).map((text) => ({ at, kind: 'tried', text }) as const),
    { at, kind: 'told', text: told },
  ];
}

const duringTexts = { 'setting-up': ' while setting up', test: ' in a trial ("Test it"), which is no login' } as const;

/** What was tried, of which authenticator, and how often it may still be; the name is the person's own. */
function triedTexts({ error: { code, data }, situation, tried, hold }: RefusedLogin): readonly string[] {
  const kind = triedKindOf(code);
  if (kind === undefined && tried?.during === undefined) return [];
  const name = situation.authenticators?.find(({ id }) => id === tried?.authenticator)?.name;
  const of = name === undefined ? '' : ` of "${name}"`;
  const during = tried?.during === undefined ? '' : duringTexts[tried.during];
  const left = typeof data.remaining === 'number' ? ` (${data.remaining} left)` : '';
  const wrong = hold === undefined ? '' : `; ${hold.count} of ${hold.limit} wrong codes in this hour`;
  return [`${kind ?? 'authenticator'}${of}${during}: ${code}${left}${wrong}`];
}
