import { algorithms, authnContexts, bindings, nameIdFormats } from '@gakumon/terms';
import {
  describeWith,
  type Page,
  type PretendBrowser,
  pretendBrowser,
  type ShibbolethApplication,
  type ShibbolethSp,
  shibbolethSpPrograms,
  startShibbolethSp,
  vendors,
  writeVendorRequest,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { carryOn, environmentOf, logIn, messageOn } from './atShibbolethSp.ts';
import { type RunningIdp, startIdp } from './runningIdp.ts';

const variants = {
  plainPost: { requestBinding: bindings.post },
  post: { signsRequests: true, requestBinding: bindings.post },
  postRollover: { signsRequests: true, requestBinding: bindings.post, signingKeys: 2 },
  redirectRollover: { signsRequests: true, signingKeys: 2 },
  careful: { requiresSignedAssertions: true },
  carefulInVain: { requiresSignedAssertions: true },
  newKey: { encryptionKeys: 2 },
  oldKey: { encryptionKeys: 2 },
  keyless: { encryptionKeys: 0 },
  aes128Gcm: {},
  aes256Gcm: {},
  aes128Cbc: {},
  aes256Cbc: {},
} as const;
type Variant = keyof typeof variants;

/** What an operator, or a federation, changes in the metadata that an SP tells of itself. */
const edits: Partial<Record<Variant, (metadata: string) => string>> = {
  postRollover: (metadata) => reverseKeys(metadata, 'signing'),
  redirectRollover: (metadata) => reverseKeys(metadata, 'signing'),
  carefulInVain: (metadata) => metadata.replace(/ WantAssertionsSigned="[^"]*"/, ''),
  oldKey: (metadata) => reverseKeys(metadata, 'encryption'),
  aes128Gcm: (metadata) => offerOnly(metadata, algorithms.aes128Gcm),
  aes256Gcm: (metadata) => offerOnly(metadata, algorithms.aes256Gcm),
  aes128Cbc: (metadata) => offerOnly(metadata, algorithms.aes128Cbc),
  aes256Cbc: (metadata) => offerOnly(metadata, algorithms.aes256Cbc),
};

const descriptors = (metadata: string, use: string): string[] =>
  metadata.match(new RegExp(`<md:KeyDescriptor use="${use}">.*?</md:KeyDescriptor>`, 'gs')) ?? [];

const certificateIn = (xml: string): string =>
  /<ds:X509Certificate>(.*?)<\/ds:X509Certificate>/s.exec(xml)?.[1]?.replace(/\s/g, '') ?? '';

function reverseKeys(metadata: string, use: string): string {
  const [first, second, ...more] = descriptors(metadata, use);
  if (first === undefined || second === undefined || more.length > 0) throw new Error(`not two keys:\n${metadata}`);
  return metadata.replace(first, '(first)').replace(second, first).replace('(first)', second);
}

function offerOnly(metadata: string, cipher: string): string {
  const [descriptor = ''] = descriptors(metadata, 'encryption');
  const bare = descriptor.replace(/<md:EncryptionMethod[^>]*(\/>|>.*?<\/md:EncryptionMethod>)\s*/gs, '');
  const method = (uri: string): string => `<md:EncryptionMethod Algorithm="${uri}"/>`;
  const offering = `${method(cipher)}${method(algorithms.rsaOaepMgf1p)}</md:KeyDescriptor>`;
  return metadata.replace(descriptor, bare.replace('</md:KeyDescriptor>', offering));
}

describeWith(shibbolethSpPrograms, 'a real Shibboleth SP', () => {
  let idp: RunningIdp;
  let sp: ShibbolethSp;

  beforeAll(async () => {
    idp = await startIdp();
    const idpMetadata = await idp.metadata();
    sp = await startShibbolethSp({ idpEntityId: idp.entityId, idpMetadata, host: 'localhost', variants });
    const names = Object.keys(variants) as Variant[];
    const registrations = names.map(async (name) => idp.register(sp.variant(name).entityId, await registeredAs(name)));
    await Promise.all([idp.register(sp.entityId, await sp.metadata()), ...registrations]);
  }, 120_000);

  const registeredAs = async (name: Variant): Promise<string> => {
    const metadata = await sp.variant(name).metadata();
    return edits[name]?.(metadata) ?? metadata;
  };

  /** Opens a page of the SP that needs a session, up to the IdP's login page. */
  const begin = async (browser: PretendBrowser, { secureUrl }: ShibbolethApplication): Promise<void> => {
    const page = await browser.open(secureUrl);
    if (page.url === secureUrl) await carryOn(browser);
    expect(new URL(browser.page.url).origin).toBe(idp.baseUrl);
  };
  /** Logs in, and takes the answer to the SP. */
  const finish = async (browser: PretendBrowser): Promise<{ sent: string; page: Page }> => {
    const sent = messageOn(await logIn(browser));
    return { sent, page: await carryOn(browser) };
  };
  const expectWelcome = async (page: Page): Promise<void> => {
    expect(await environmentOf(sp, page)).toMatchObject({
      Shib_Identity_Provider: idp.entityId,
      eppn: 's1234567@example.ac.jp',
    });
  };

  describe('that sends its requests by HTTP-POST', () => {
    test.each(['plainPost', 'post', 'postRollover'] as const)('%s gets its login', async (name) => {
      const browser = pretendBrowser();
      await browser.open(sp.variant(name).secureUrl);
      const isSigned = name !== 'plainPost';
      expect(messageOn(browser.page).includes('<ds:Signature')).toBe(isSigned);
      if (isSigned) expect(messageOn(browser.page)).toContain(`Algorithm="${algorithms.rsaSha256}"`);
      await carryOn(browser);
      await expectWelcome((await finish(browser)).page);
    });

    test('is not believed when its signed request was changed on the way', async () => {
      const browser = pretendBrowser();
      const page = await browser.open(sp.variant('post').secureUrl);
      const altered = messageOn(page).replace(' ID="', ' ForceAuthn="1" ID="');
      const form = page.forms[0];
      if (form === undefined) throw new Error(page.body);
      const fields = form.fields.map((field) =>
        field.name === 'SAMLRequest' ? { ...field, value: Buffer.from(altered).toString('base64') } : field,
      );
      expect((await browser.submit({ ...form, fields })).status).toBe(403);
    });

    test.each([
      ['plain', {}],
      [
        'fresh-by-password',
        {
          forceAuthn: 'true',
          NameIDFormat: nameIdFormats.transient,
          authnContextClassRef: authnContexts.passwordProtectedTransport,
        },
      ],
    ])('writes what the fixture of its maker says: %s', async (request, asked) => {
      const { entityId, loginUrl } = sp.variant('plainPost');
      const real = messageOn(await pretendBrowser().open(loginUrl(asked)));
      const attribute = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(real)?.[1] ?? '';
      const self = { entityId, acs: attribute('AssertionConsumerServiceURL'), writeId: () => attribute('ID') };
      const destination = `${idp.baseUrl}/idp/profile/SAML2/POST/SSO`;
      const now = Date.parse(attribute('IssueInstant'));
      const options = { request, binding: 'post', isSigned: false, destination, now } as const;
      expect(writeVendorRequest({ ...vendors.shibbolethSp, ...self }, options).xml).toBe(real);
    });
  });

  test('that signs by HTTP-Redirect with the second of the two keys in its metadata gets its login', async () => {
    const browser = pretendBrowser();
    await begin(browser, sp.variant('redirectRollover'));
    await expectWelcome((await finish(browser)).page);
  });

  describe('that requires signed assertions', () => {
    test('gets them', async () => {
      expect(await sp.variant('careful').metadata()).toMatch(/ WantAssertionsSigned="(1|true)"/);
      const browser = pretendBrowser();
      await begin(browser, sp.variant('careful'));
      await expectWelcome((await finish(browser)).page);
    });
    test('and whose metadata does not say so refuses what it gets', async () => {
      const browser = pretendBrowser();
      await begin(browser, sp.variant('carefulInVain'));
      const { page } = await finish(browser);
      expect(page.text).not.toContain('Protected page');
      expect(await sp.logs()).toMatch(/assertion.*(unsigned|signed)/i);
    });
  });

  describe('opens the assertion', () => {
    test.each(['newKey', 'oldKey'] as const)('with either of its two keys: %s', async (name) => {
      const keys = descriptors(await registeredAs(name), 'encryption').map(certificateIn);
      expect(keys).toHaveLength(2);
      const browser = pretendBrowser();
      await begin(browser, sp.variant(name));
      const { sent, page } = await finish(browser);
      expect(certificateIn(sent.slice(sent.indexOf('<saml:EncryptedAssertion')))).toBe(keys[0]);
      await expectWelcome(page);
    });
    test('in the clear, since it has no key', async () => {
      const browser = pretendBrowser();
      await begin(browser, sp.variant('keyless'));
      const { sent, page } = await finish(browser);
      expect(sent).toContain('<saml:Assertion');
      await expectWelcome(page);
    });
    test.each(['aes128Gcm', 'aes256Gcm', 'aes128Cbc', 'aes256Cbc'] as const)('encrypted by %s', async (cipher) => {
      const browser = pretendBrowser();
      await begin(browser, sp.variant(cipher));
      const { sent, page } = await finish(browser);
      expect(sent).toContain(`<xenc:EncryptionMethod Algorithm="${algorithms[cipher]}"`);
      await expectWelcome(page);
    });
  });

  test('takes an answer that it did not ask for, and goes where that leads', async () => {
    const browser = pretendBrowser();
    const asked = new URLSearchParams({ providerId: sp.entityId, target: sp.secureUrl });
    await browser.open(`${idp.baseUrl}/idp/profile/SAML2/Unsolicited/SSO?${asked}`);
    const { sent, page } = await finish(browser);
    expect(sent).not.toContain('InResponseTo');
    expect(page.url).toBe(sp.secureUrl);
    await expectWelcome(page);
  });
});
