import type { Clock } from '@gakumon/terms';
import type { Partner } from './partner.ts';
import { type Wish, writeAuthnRequest } from './saml/authnRequest.ts';
import { judge } from './saml/judge.ts';
import { type Refused, refused } from './saml/refusal.ts';
import type { Verified } from './saml/samlify.ts';
import type { Settings } from './settings.ts';
import { type Memory, newSecret } from './state/memory.ts';

export type Demo = {
  readonly settings: Settings;
  readonly memory: Memory;
  readonly partner: Partner;
  readonly clock: Clock;
};

/** What the address of a login asks for: by our own buttons, or by a login page that knows our RequestInitiator. */
export type LoginWish = Wish & { readonly entityId: string | undefined; readonly target: string | undefined };

type Query = Readonly<Record<string, unknown>>;
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Parameters of the Service Provider Request Initiation Protocol (`entityID`, `target`) and of our own buttons. */
export const readWish = (query: Query): LoginWish => ({
  forceAuthn: query.force === '1',
  isPassive: query.passive === '1' || query.isPassive === 'true',
  authnContext: text(query.context),
  entityId: text(query.entityID),
  target: text(query.target),
});

export type Begun = { readonly kind: 'begun'; readonly url: string } | { readonly kind: 'idpDown' | 'idpUnknown' };

/** Remembers a request and tells where the browser takes it. */
export async function beginLogin(demo: Demo, browser: string, wish: LoginWish): Promise<Begun> {
  const { settings, memory, partner, clock } = demo;
  const side = await partner.find();
  if (side === undefined) return { kind: 'idpDown' };
  if (wish.entityId !== undefined && wish.entityId !== side.idpEntityId) return { kind: 'idpUnknown' };
  const id = `_${newSecret()}`;
  const relayState = newSecret();
  const now = clock();
  const { destination } = side;
  const xml = writeAuthnRequest(wish, { id, now, baseUrl: settings.baseUrl, destination });
  memory.pending.set(id, { browser, wish, target: localPath(settings.baseUrl, wish.target), relayState, sentAt: now });
  return { kind: 'begun', url: side.loginUrl({ id, xml }, relayState) };
}

/** Only a path of our own is ever gone to; anything else would make this an open redirector. */
export function localPath(baseUrl: string, target: string | undefined): string {
  const url = target === undefined ? null : URL.parse(target, `${baseUrl}/`);
  if (url === null || url.origin !== new URL(baseUrl).origin) return '/';
  const path = `${url.pathname}${url.search}`;
  return path.startsWith('//') ? '/' : path;
}

export type Received =
  | Refused
  | Extract<Verified, { kind: 'status' }>
  | { readonly kind: 'arrived'; readonly arrival: string };

/** Takes what the IdP sent: verified by samlify, judged by our own rules, used once. */
export async function receiveAnswer(demo: Demo, fields: Query): Promise<Received | 'idpDown'> {
  const { settings, memory, partner, clock } = demo;
  const checked = await partner.verify(text(fields.SAMLResponse) ?? '');
  if (checked === undefined) return 'idpDown';
  const { answer, idpEntityId } = checked;
  if (answer.kind === 'refused') return answer;
  const relayState = text(fields.RelayState);
  const pending = memory.pending.take(answer.response.inResponseTo ?? '');
  const refusal = judge(answer, { baseUrl: settings.baseUrl, idpEntityId, now: clock(), pending, relayState });
  if (refusal !== undefined) return refusal;
  if (answer.kind === 'status') return answer;
  const { assertion } = answer;
  if (assertion.id === undefined || memory.accepted.get(assertion.id)) return refused('replayed', assertion.id);
  memory.accepted.set(assertion.id, true);
  const arrival = newSecret();
  memory.arrivals.set(arrival, {
    login: { assertion, solicited: pending !== undefined, formToken: newSecret() },
    target: pending?.target ?? localPath(settings.baseUrl, relayState),
    browser: pending?.browser,
  });
  return { kind: 'arrived', arrival };
}

export type Completed =
  | Refused
  | { readonly kind: 'completed'; readonly token: string; readonly target: string }
  /** A page that was loaded again: the login stands already. */
  | { readonly kind: 'gone'; readonly target: '/' };

/**
 * Gives the login to the browser that began it. Without this, somebody could have a victim arrive with the attacker's
 * own answer and so be logged in as the attacker (login CSRF).
 */
export function completeLogin({ memory }: Demo, arrival: string, browser: string): Completed {
  const arrived = memory.arrivals.take(arrival);
  if (arrived === undefined) return { kind: 'gone', target: '/' };
  if (arrived.browser !== undefined && arrived.browser !== browser) return refused('other-browser');
  const token = newSecret();
  memory.logins.set(token, arrived.login);
  return { kind: 'completed', token, target: arrived.target };
}
