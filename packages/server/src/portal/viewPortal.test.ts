import { type HistoryEvent, makeSealingKeys, type SsoSession } from '@gakumon/idp';
import { parseServiceProviders } from '@gakumon/metadata';
import { type BrowserId, hours, minutes, type SessionId, type Username } from '@gakumon/terms';
import { pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { pageTexts } from '../messages/index.ts';
import { loadAssets } from '../views/assets.ts';
import type { Frame } from '../views/pageData.ts';
import { createRenderer } from '../views/renderer.ts';
import { keepServiceCatalogue } from '../views/serviceCatalogue.ts';
import { type PortalMatter, viewPortal } from './viewPortal.ts';

const t = pageTexts.en.portal;
const at = Date.UTC(2026, 10, 22, 9, 0, 0);
const username = 's1234567' as Username;
const sps = Array.from({ length: 12 }, (_, index) =>
  pretendSp({
    entityId: `https://sp${index}.example.org/`,
    names: { en: `Service <${index}>`, ja: `サービス<${index}>` },
  }),
);
const idp = { sealingKeys: makeSealingKeys([Buffer.alloc(32, 'sealing')]) };
const catalogue = keepServiceCatalogue({
  list: () => sps.flatMap((sp) => parseServiceProviders(Buffer.from(sp.metadata()), 'test').serviceProviders),
})();

const visit = (entityId: string, after = 0) => ({ entityId, nameId: { format: '', value: '' }, at: at + after });
const sessionOf = (id: string, changes: Partial<SsoSession> = {}): SsoSession => ({
  id: id as SessionId,
  username,
  facts: [{ authenticator: 'password', at, address: '192.0.2.1', passwordVersion: undefined }],
  serviceProviders: [],
  createdAt: at,
  idleAt: at + hours(1),
  expiresAt: at + hours(8),
  ...changes,
});
const eventOf = (changes: Partial<HistoryEvent>): HistoryEvent => ({
  id: 'event',
  at,
  kind: 'sign-on',
  username,
  actor: 'person',
  serviceProvider: undefined,
  session: undefined,
  address: '192.0.2.1',
  detail: undefined,
  ...changes,
});
const view = (changes: Partial<PortalMatter> = {}, language: 'ja' | 'en' = 'en') => {
  const here = sessionOf('here');
  const owner = { username, session: here.id, address: '192.0.2.1' };
  const matter = {
    owner,
    browser: 'browser' as BrowserId,
    notice: undefined,
    passwordPlace: { at: 'here' } as const,
    here,
    others: [],
    events: [],
    ...changes,
  };
  return viewPortal({ idp, catalogue }, matter, language);
};

describe('a session on the page', () => {
  test('names the services in the reader’s language, the latest first, and says how many more there are', () => {
    const serviceProviders = [...sps.map(({ entityId }) => visit(entityId)), visit('https://gone.example.org/')];
    const { here } = view({ here: sessionOf('here', { serviceProviders }) }, 'ja');
    expect(here.services).toEqual([11, 10, 9, 8, 7, 6, 5, 4].map((index) => `サービス<${index}>`));
    expect(here.moreServices).toBe('ほか 4 件');
  });

  test('says until when: unused, and at most; or its end alone when nothing can put that off', () => {
    expect(view().here.until).toBe(
      '22 Nov 2026, 19:00:00 JST (longer while it is used, until 23 Nov 2026, 02:00:00 JST at most)',
    );
    const last = sessionOf('here', { idleAt: at + hours(8) });
    expect(view({ here: last }).here.until).toBe('23 Nov 2026, 02:00:00 JST');
  });

  test('was last used with its latest visit', () => {
    const serviceProviders = [visit('https://sp1.example.org/', minutes(7)), visit('https://sp0.example.org/')];
    const { here } = view({ here: sessionOf('here', { serviceProviders }) });
    expect(here.lastUsed.iso).toBe('2026-11-22T09:07:00.000Z');
  });
});

describe('the others', () => {
  test('stand with the latest used first; of very many the rest is counted', () => {
    const others = Array.from({ length: 33 }, (_, index) => sessionOf(`other${index}`, { createdAt: at + index }));
    const page = view({ others });
    expect(page.others.map(({ id }) => id).slice(0, 2)).toEqual(['other32', 'other31']);
    expect([page.others.length, page.moreOthers]).toEqual([30, '3 more. You can end them all together.']);
    expect(new Set(page.others.map(({ csrf }) => csrf)).size).toBe(30);
  });

  test('are told apart by when they signed in, even from one address', () => {
    const page = view({ others: [sessionOf('a'), sessionOf('b', { createdAt: at + minutes(3) })] });
    expect(page.others.map(({ name }) => name)).toEqual([
      'Signed in on 22 Nov 2026, 18:03:00 JST',
      'Signed in on 22 Nov 2026, 18:00:00 JST',
    ]);
  });

  test('can be ended together from two on', () => {
    expect(view({ others: [sessionOf('a')] }).endOthers).toBeUndefined();
    expect(view({ others: [sessionOf('a'), sessionOf('b')] }).endOthers).toMatch(/^[\w-]{43}$/);
  });
});

describe('a password that others may know', () => {
  test.each([
    [{ at: 'here' }, 'here'],
    [{ at: 'desk' }, 'desk'],
    [{ at: 'elsewhere', url: 'https://pw.example.ac.jp/' }, 'elsewhere'],
  ] as const)('is changed where %j says', (passwordPlace, words) => {
    const url = passwordPlace.at === 'elsewhere' ? passwordPlace.url : undefined;
    expect(view({ passwordPlace }).password).toEqual({ text: pageTexts.en.account.password.atOnce[words], url });
  });
});

describe('what happened', () => {
  test.each([
    [{ serviceProvider: 'https://sp3.example.org/' }, 'Signed in to Service <3>'],
    [{ serviceProvider: 'https://gone.example.org/' }, 'Signed in to https://gone.example.org/'],
    [{}, t.events.signedOnHere],
    [{ kind: 'session-ended' }, t.events['ended-person']],
    [{ kind: 'session-ended', actor: 'system' }, t.events['ended-system']],
    [{ kind: 'sessions-ended', actor: 'operator' }, t.events['allEnded-operator']],
    [{ kind: 'guest-extended', actor: 'operator' }, t.events.guestExtended],
    [{ kind: 'departed', actor: 'operator' }, t.events.departed],
  ] as const)('%j is told in words', (changes, words) => {
    expect(view({ events: [eventOf(changes)] }).events).toMatchObject([{ text: words, here: false }]);
  });

  test('that gave them a new identifier is told with its service; that staff traced them is not', () => {
    const renewed = eventOf({ kind: 'identifier-reissued', actor: 'operator', serviceProvider: sps[0]?.entityId });
    const traced = eventOf({ kind: 'identifier-looked-up', actor: 'operator', detail: 'incident 7' });
    const { events } = view({ events: [traced, renewed] });
    expect(events).toMatchObject([{ text: t.events.reissued.replace('{service}', 'Service <0>') }]);
  });

  test('in this very session is marked', () => {
    expect(view({ events: [eventOf({ session: 'here' as SessionId })] }).events).toMatchObject([{ here: true }]);
  });

  test('that cannot be read is not the same as nothing', () => {
    expect([view({ events: undefined }).events, view().events]).toEqual([undefined, []]);
  });
});

test('what others chose never becomes markup', () => {
  const serviceProviders = [visit('https://sp1.example.org/')];
  const markup = `"'><script>alert(1)</script>`;
  const others = [sessionOf(markup, { serviceProviders }), sessionOf('b')];
  const events = [eventOf({ serviceProvider: markup, address: markup })];
  const notice = { kind: 'unrecorded', session: markup as SessionId } as const;
  const frame: Frame = {
    version: 1,
    language: 'en',
    otherLanguage: 'ja',
    t: pageTexts.en,
    otherT: pageTexts.ja,
    organization: 'University',
    supportUrl: undefined,
    assets: loadAssets(undefined).addresses,
    languageSwitch: undefined,
  };
  const html = createRenderer(undefined)(frame, view({ others, events, notice }));
  expect(html).not.toContain('<script>');
  expect(html).toContain('Service &lt;1&gt;');
});
