import type { PasswordPlace } from '@gakumon/directory';
import { formToken, type HistoryEvent, type Idp, lastUseOf, type Owner, type SsoSession } from '@gakumon/idp';
import type { BrowserId, Language, SessionId } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { PortalEvent, PortalPage, PortalSession } from '../views/pageData.ts';
import type { ServiceCatalogue } from '../views/serviceCatalogue.ts';
import { visitedNames } from '../views/serviceViews.ts';
import { showAddress } from '../views/showAddress.ts';
import { showTime } from '../views/showTime.ts';
import type { PortalNotice } from './notice.ts';
import { endOthersPurpose, endPurpose } from './purposes.ts';

/** A page lists no more than these. */
const mostSessions = 30;
const mostServices = 8;

/** What the page is about. */
export type PortalMatter = {
  readonly owner: Owner;
  readonly browser: BrowserId;
  readonly notice: PortalNotice | undefined;
  /** Where the person changes their password. */
  readonly passwordPlace: PasswordPlace;
  readonly here: SsoSession;
  readonly others: readonly SsoSession[];
  /** The newest first; undefined while they cannot be read. */
  readonly events: readonly HistoryEvent[] | undefined;
};

type Known = { readonly idp: Pick<Idp, 'sealingKeys'>; readonly catalogue: ServiceCatalogue };

/** Says it in the reader's language, with the tokens of the forms. */
export function viewPortal({ idp, catalogue }: Known, matter: PortalMatter, language: Language): PortalPage {
  const t = pageTexts[language].portal;
  const { owner, browser, here, notice, passwordPlace: place } = matter;
  const others = matter.others.toSorted((one, other) => lastUseOf(other) - lastUseOf(one));
  const rest = others.length - mostSessions;
  const endToken = (id: SessionId): string => formToken(idp, browser, endPurpose(owner, id));
  const endOthersToken = formToken(idp, browser, endOthersPurpose(owner));
  return {
    template: 'portal',
    title: t.title,
    text: fillPlaceholders(t.text, { username: owner.username }),
    notice: notice && { text: noticeText(notice, language), again: againForm(notice, endToken, endOthersToken) },
    password: {
      text: pageTexts[language].account.password.atOnce[place.at],
      url: place.at === 'elsewhere' ? place.url : undefined,
    },
    here: viewSession(catalogue, here, language),
    others: others.slice(0, mostSessions).map((session) => ({
      ...viewSession(catalogue, session, language),
      name: fillPlaceholders(t.other, { time: showTime(session.createdAt, language).shown }),
      id: session.id,
      csrf: endToken(session.id),
    })),
    moreOthers: rest > 0 ? fillPlaceholders(t.moreOthers, { count: rest }) : undefined,
    endOthers: others.length > 1 ? endOthersToken : undefined,
    events: matter.events?.filter(isShown).map((event) => viewEvent(catalogue, event, here.id, language)),
  };
}

function viewSession(catalogue: ServiceCatalogue, session: SsoSession, language: Language): PortalSession {
  const t = pageTexts[language].portal;
  const services = visitedNames(catalogue, session, language).reverse();
  const rest = services.length - mostServices;
  const { createdAt, facts, idleAt, expiresAt } = session;
  const end = showTime(expiresAt, language).shown;
  return {
    since: showTime(createdAt, language),
    lastUsed: showTime(lastUseOf(session), language),
    address: showAddress(facts[0]?.address ?? '', language),
    until: idleAt < expiresAt ? fillPlaceholders(t.untilIdle, { idle: showTime(idleAt, language).shown, end }) : end,
    services: services.slice(0, mostServices),
    moreServices: rest > 0 ? fillPlaceholders(t.moreServices, { count: rest }) : undefined,
  };
}

function noticeText(notice: PortalNotice, language: Language): string {
  const { notices } = pageTexts[language].portal;
  if (notice.kind !== 'ended-others') return notices[notice.kind];
  const { count } = notice;
  return count === 0 ? notices.noOthers : fillPlaceholders(notices.endedOthers, { count });
}

function againForm(notice: PortalNotice, endToken: (id: SessionId) => string, endOthersToken: string) {
  if (notice.kind !== 'unrecorded') return undefined;
  const { session } = notice;
  return { session, csrf: session === undefined ? endOthersToken : endToken(session) };
}

/**
 * Whom staff traced, after a report of abuse, is not told here: whoever stole the account reads these pages too. Staff
 * see each look-up, with its reason, in `gakumon user history`.
 */
const isShown = (event: HistoryEvent): event is ShownEvent => event.kind !== 'identifier-looked-up';

type ShownEvent = HistoryEvent & { readonly kind: Exclude<HistoryEvent['kind'], 'identifier-looked-up'> };

function viewEvent(catalogue: ServiceCatalogue, event: ShownEvent, here: SessionId, language: Language): PortalEvent {
  const { at, address, session } = event;
  return {
    time: showTime(at, language),
    text: eventText(catalogue, event, language),
    address: address && showAddress(address, language),
    here: session === here,
  };
}

function eventText(
  catalogue: ServiceCatalogue,
  { kind, actor, serviceProvider }: ShownEvent,
  language: Language,
): string {
  const { events } = pageTexts[language].portal;
  if (isPlain(kind)) return events[plainWords[kind]];
  if (kind !== 'sign-on' && kind !== 'identifier-reissued') return events[`${eventWords[kind]}-${actor}`];
  if (serviceProvider === undefined) return events.signedOnHere;
  const service = catalogue.nameOf(serviceProvider, language) ?? serviceProvider;
  return fillPlaceholders(kind === 'sign-on' ? events.signedOn : events.reissued, { service });
}

/** The same whoever did it. */
const plainWords = {
  'authenticator-throttled': 'throttled',
  'password-changed': 'passwordChanged',
  'guest-added': 'guestAdded',
  'guest-extended': 'guestExtended',
  'guest-password-given': 'passwordGiven',
  'guest-removed': 'guestRemoved',
  departed: 'departed',
  returned: 'returned',
} as const;

const isPlain = (kind: HistoryEvent['kind']): kind is keyof typeof plainWords => Object.hasOwn(plainWords, kind);

const eventWords = {
  'session-ended': 'ended',
  'sessions-ended': 'allEnded',
  'authenticator-added': 'added',
  'authenticator-removed': 'removed',
  'authenticator-exported': 'exported',
} as const;
