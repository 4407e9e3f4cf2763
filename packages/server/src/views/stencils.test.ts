import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { errorMessages, pageTexts } from '../messages/index.ts';
import { loadAssets } from './assets.ts';
import type { DeliverPage, Frame } from './pageData.ts';
import { createRenderer } from './renderer.ts';
import { createStencils } from './stencils.ts';

const markup = `"'><script>alert(1)</script>&amp;`;
const frameIn = (language: 'ja' | 'en'): Frame => ({
  version: 1,
  language,
  otherLanguage: language === 'ja' ? 'en' : 'ja',
  t: pageTexts[language],
  otherT: pageTexts[language === 'ja' ? 'en' : 'ja'],
  organization: '学問大学',
  supportUrl: undefined,
  assets: loadAssets(undefined).addresses,
  languageSwitch: undefined,
});
const page: DeliverPage = {
  template: 'deliver',
  title: '電子ジャーナルへ',
  action: 'https://sp.example.org/acs',
  samlResponse: 'PHNhbWxwOlJlc3BvbnNlLz4=',
  relayState: 'ss:mem:1',
  refusal: undefined,
};
const octetsOf = (html: string): string => Buffer.from(html, 'latin1').toString('utf8');

describe('the page that carries an answer', () => {
  const render = createRenderer(undefined);
  const stencil = createStencils(render);

  test.each<[string, Partial<DeliverPage>]>([
    ['an answer', {}],
    ['another answer', { samlResponse: 'b3RoZXI=', relayState: 'ss:mem:2' }],
    ['no RelayState', { relayState: undefined }],
    ['an empty RelayState', { relayState: '' }],
    ['a RelayState in Japanese', { relayState: '図書館' }],
    ['a RelayState that is markup', { relayState: markup }],
    ['a RelayState of replacement patterns', { relayState: "$& $1 $' $`" }],
    ['another service', { title: markup, action: `https://other.example.org/acs?${markup}` }],
    ['a refusal', { refusal: errorMessages.ja['no-passive'] }],
    ['another refusal', { refusal: errorMessages.ja['login-cancelled'] }],
  ])('is what the template makes of it: %s', (_, differing) => {
    for (const language of ['ja', 'en', 'ja'] as const) {
      const frame = frameIn(language);
      const wanted = { ...page, ...differing };
      expect(octetsOf(stencil(frame, wanted))).toBe(render(frame, wanted));
    }
  });

  test('attack: a RelayState that looks like a mark is nothing but a RelayState', () => {
    const frame = frameIn('en');
    const relayState = 'mark0123456789abcdef0123456789abcdef samlResponse relayState';
    expect(octetsOf(stencil(frame, { ...page, relayState }))).toBe(render(frame, { ...page, relayState }));
  });

  test('a theme may write the answer twice, in any order, or leave a field out', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'deliver.eta'), '<%= it.relayState %>|<%= it.samlResponse %>|<%= it.relayState %>');
    const themed = createRenderer(folder);
    expect(createStencils(themed)(frameIn('en'), { ...page, relayState: '<1>' })).toBe(
      '&lt;1&gt;|PHNhbWxwOlJlc3BvbnNlLz4=|&lt;1&gt;',
    );
    await writeFile(join(folder, 'deliver.eta'), '<h1>nothing</h1>');
    expect(createStencils(createRenderer(folder))(frameIn('en'), page)).toBe('<h1>nothing</h1>');
  });

  test('after more services than are kept every page is still its own', () => {
    const frame = frameIn('en');
    const titles = Array.from({ length: 1200 }, (_, index) => `Service ${index % 600}`);
    for (const title of titles) expect(stencil(frame, { ...page, title })).toContain(`<h1>${title}</h1>`);
  });
});
