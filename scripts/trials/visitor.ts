import { setTimeout as pause } from 'node:timers/promises';
import { type Form, fillIn, formTo, type Page, type PretendSp, pretendBrowser } from '@gakumon/testkit';
import { type Ledger, noteFailure } from './ledger.ts';
import { recognise, type Sight } from './sight.ts';
import type { TrialPerson } from './trialPeople.ts';
import type { TrialSite } from './trialSite.ts';

/** Somebody with a browser, who goes from service to service. */
export type Visitor = {
  readonly person: TrialPerson;
  /** The session that the browser has, as far as it knows. */
  session: { isReplicated: boolean } | undefined;
  /** Whether whoever sits there knows the password; otherwise the browser has nothing but its session. */
  knowsPassword: boolean;
  /** From the order to end all sessions on, until somebody logs in: visits that begin now must not succeed without a password. */
  isRevoked: boolean;
  /** Goes to one service. */
  visit(): Promise<Outcome>;
};

/** How a visit ended; `asked`: for a password that this visitor does not know. */
export type Outcome = 'signed-in' | 'asked' | 'failed';

/** What all visitors of a trial share. */
export type Trial = {
  readonly site: TrialSite;
  readonly ledger: Ledger;
  /** Requests that have their Success. */
  readonly answered: Set<string>;
};

/** A request of a service, which the browser may present more than once. */
type Asked = {
  readonly sp: PretendSp;
  readonly id: string;
  readonly relayState: string;
  readonly present: () => Promise<Page>;
  presented: number;
};

const mostTries = 4;
/** Between one try and the next of a person who sees that something is out of order, milliseconds. */
const patience = 100;

export function createVisitor({ site, ledger, answered }: Trial, person: TrialPerson, number: number): Visitor {
  const browser = pretendBrowser({ language: 'en', ca: site.ca });
  let visits = 0;
  const wrong = (what: string): void => void ledger.wrong.push(`${person.username}, ${ledger.phase}: ${what}`);

  /** Does one request, with whatever comes of it. */
  async function see(act: () => Promise<Page>): Promise<Sight> {
    try {
      const page = await act();
      const begun = page.hops.flatMap(({ setCookie }) => setCookie).some((line) => /gakumon-session=\w/.test(line));
      if (begun) self.session = { isReplicated: false };
      return recognise(page);
    } catch (error) {
      return { kind: 'broken-off', words: `connection: ${(error as NodeJS.ErrnoException).code ?? error}` };
    }
  }

  function ask(): Asked {
    const sp = site.sps[(number + visits) % site.sps.length] as PretendSp;
    const relayState = `${person.username} ${visits}`;
    if (visits % 4 === 3) {
      const { id, action, fields } = sp.postTo(`${site.baseUrl}/idp/profile/SAML2/POST/SSO`, { relayState });
      const present = () => browser.submitFrom(sp.acs, formTo(action, fields));
      return { sp, id, relayState, present, presented: 0 };
    }
    const { id, url } = sp.redirectTo(`${site.baseUrl}/idp/profile/SAML2/Redirect/SSO`, { relayState });
    return { sp, id, relayState, present: () => browser.open(url), presented: 0 };
  }

  /** Presents it; sometimes twice at once, as a double click does. */
  async function present(asked: Asked): Promise<Sight> {
    const isDouble = self.session !== undefined && visits % 5 === 4 && asked.presented === 0;
    if (isDouble || asked.presented > 0) ledger.repeats += 1;
    asked.presented += isDouble ? 2 : 1;
    const sights = await Promise.all(Array.from({ length: isDouble ? 2 : 1 }, () => see(asked.present)));
    const delivered = sights.filter(({ kind }) => kind === 'delivered');
    if (delivered.length > 1) wrong('two answers to a double click');
    return delivered[0] ?? sights.find(({ kind }) => kind === 'login') ?? (sights[0] as Sight);
  }

  /** Logs in where that is asked for and possible. */
  async function answerLogin(form: Form): Promise<Sight> {
    noteMissing();
    const { username, password } = person;
    return see(() => browser.submit(fillIn(form, { username, password })));
  }

  function noteMissing(): void {
    if (self.session === undefined) return;
    ledger.lost[self.session.isReplicated ? 'replicated' : 'young'] += 1;
    self.session = undefined;
  }

  function judgeDelivery(asked: Asked, sight: Extract<Sight, { kind: 'delivered' }>): void {
    const { sp, id, relayState } = asked;
    const { action, samlResponse, relayState: returned } = sight.form;
    if (action !== sp.acs) wrong(`an answer for ${sp.acs} goes to ${action}`);
    if (returned !== relayState) wrong(`the RelayState ${relayState} came back as ${returned}`);
    try {
      const { idp } = site;
      const { assertion, status } = sp.read(samlResponse, { requestId: id, ...idp, skew: 1000 });
      const names = assertion?.attributes[principalName];
      if (assertion === undefined) wrong(`an error went to the SP: ${status.code} ${status.second}`);
      else if (names?.join() !== person.principalName) wrong(`an assertion about ${names}`);
      if (answered.has(id)) wrong(`a second Success to ${id}`);
      answered.add(id);
    } catch (error) {
      wrong(`an answer that an SP refuses: ${(error as Error).message}`);
    }
  }

  async function visit(): Promise<Outcome> {
    visits += 1;
    if (visits % 8 === 0 && self.knowsPassword) {
      browser.clearCookies();
      self.session = undefined;
    }
    const { isRevoked } = self;
    const asked = ask();
    let typed = false;
    for (let tries = 0; tries < mostTries; tries += 1) {
      let sight = await present(asked);
      if (sight.kind === 'login') {
        if (!self.knowsPassword) return 'asked';
        typed = true;
        sight = await answerLogin(sight.form);
      }
      if (sight.kind === 'delivered') {
        judgeDelivery(asked, sight);
        if (isRevoked && !typed) wrong('signed in by a session that was revoked');
        if (typed) {
          self.isRevoked = false;
          ledger.logins += 1;
        } else ledger.hops += 1;
        return 'signed-in';
      }
      if (sight.kind === 'answered') {
        if (asked.presented < 2) wrong('a new request is said to be answered');
        return 'signed-in';
      }
      if (sight.kind === 'foreign') wrong(`a page that is not ours: ${sight.words}`);
      noteFailure(ledger, sight.kind === 'login' ? 'the login page once more' : sight.words);
      await pause(patience);
    }
    return 'failed';
  }

  const self: Visitor = { person, session: undefined, knowsPassword: true, isRevoked: false, visit };
  return self;
}

const principalName = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6';
