import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { pageTexts } from '../messages/index.ts';
import { loadAssets } from './assets.ts';
import type { DeliverPage, Frame } from './pageData.ts';
import { createRenderer } from './renderer.ts';

const markup = `"'><script>alert(1)</script>&amp;`;
const frame: Frame = {
  version: 1,
  language: 'en',
  otherLanguage: 'ja',
  t: pageTexts.en,
  otherT: pageTexts.ja,
  organization: markup,
  supportUrl: undefined,
  assets: loadAssets(undefined).addresses,
  languageSwitch: { kind: 'link', href: `/?q=${markup}` },
};
const deliver: DeliverPage = {
  template: 'deliver',
  title: markup,
  action: `https://sp.example.org/acs?${markup}`,
  samlResponse: markup,
  relayState: markup,
  refusal: undefined,
};

describe('templates', () => {
  test('what is put in never becomes markup', () => {
    const html = createRenderer(undefined)(frame, deliver);
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;');
    expect(html).toContain('name="RelayState" value="&quot;&#39;&gt;&lt;script&gt;');
  });

  test('a form without a RelayState has no field for one', () => {
    expect(createRenderer(undefined)(frame, { ...deliver, relayState: undefined })).not.toContain('RelayState');
    expect(createRenderer(undefined)(frame, { ...deliver, relayState: '' })).toContain('name="RelayState" value=""');
  });

  test('every page has its language, one h1, a main part and a title', () => {
    const html = createRenderer(undefined)(frame, deliver);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/<main /g)).toHaveLength(1);
    expect(html).toMatch(/<title>[^<]+<\/title>/);
  });
});

describe('a theme folder', () => {
  test('replaces single templates and files', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'deliver.eta'), "<% layout('@layout.eta') %><h1>Ours: <%= it.title %></h1>");
    await writeFile(join(folder, 'style.css'), 'body { color: rebeccapurple }');
    const html = createRenderer(folder)(frame, deliver);
    expect(html).toContain('<h1>Ours: &quot;');
    expect(html).toContain('<main id="content"');
    const themed = loadAssets(folder);
    const plain = loadAssets(undefined);
    expect(themed.find(themed.addresses['style.css'])?.body.toString()).toBe('body { color: rebeccapurple }');
    expect(themed.addresses['style.css']).not.toBe(plain.addresses['style.css']);
    expect(themed.addresses['pico.css']).toBe(plain.addresses['pico.css']);
  });

  test('with a mistake in a template is refused at start', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'login.eta'), '<% if ( %>');
    expect(() => createRenderer(folder)).toThrow(/syntax/i);
  });
});
