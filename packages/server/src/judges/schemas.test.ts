import {
  decryptWithXmlsec1,
  deliveredForm,
  describeWith,
  fillIn,
  findSignatureProblem,
  type PretendSp,
  pretendBrowser,
  pretendSp,
  readIdpMetadata,
  type SendOptions,
  schemaJudge,
  testKeys,
  validateAgainstSchema,
  xmlsec1Judge,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { type RunningIdp, startIdp, student } from './runningIdp.ts';

describeWith([...schemaJudge, ...xmlsec1Judge], 'what goes out', () => {
  const plainSp = pretendSp({ entityId: 'https://plain.example.org/sp', encryptionKeys: [] });
  const careful = pretendSp({
    entityId: 'https://careful.example.org/sp',
    encryptionKeys: [],
    wantAssertionsSigned: true,
  });
  const encrypted = pretendSp({ entityId: 'https://encrypted.example.org/sp', wantAssertionsSigned: true });
  let idp: RunningIdp;
  let certificate: string;

  beforeAll(async () => {
    idp = await startIdp();
    for (const sp of [plainSp, careful, encrypted]) await idp.register(sp.entityId, sp.metadata());
    certificate = readIdpMetadata(await idp.metadata()).idpCertificates[0] ?? '';
  }, 60_000);

  /** The document that goes to the SP. */
  const answerTo = async (sp: PretendSp, options: SendOptions = {}) => {
    const browser = pretendBrowser();
    const { redirectSso } = readIdpMetadata(await idp.metadata());
    const page = await browser.open(sp.redirectTo(redirectSso, options).url);
    const login = page.forms.find(({ fields }) => fields.some(({ name }) => name === 'password'));
    if (login !== undefined) {
      await browser.submit(fillIn(login, { username: student.username, password: student.password }));
    }
    return Buffer.from(deliveredForm(browser.page).samlResponse, 'base64').toString('utf8');
  };

  test('as metadata obeys the schemas and is signed', async () => {
    const metadata = await idp.metadata();
    expect(await validateAgainstSchema(metadata)).toEqual([]);
    expect(await findSignatureProblem(metadata, certificate)).toBeUndefined();
  });

  test('as a response obeys the schemas and is signed', async () => {
    const response = await answerTo(plainSp);
    expect(response).toContain('<saml:Assertion');
    expect(await validateAgainstSchema(response)).toEqual([]);
    expect(await findSignatureProblem(response, certificate)).toBeUndefined();
    expect(await findSignatureProblem(response, certificate, ['Assertion'])).toMatch(/\w/);
  });

  test('as a response with a signed assertion is signed twice', async () => {
    const response = await answerTo(careful);
    expect(await validateAgainstSchema(response)).toEqual([]);
    expect(await findSignatureProblem(response, certificate)).toBeUndefined();
    expect(await findSignatureProblem(response, certificate, ['Assertion'])).toBeUndefined();
  });

  test('as a response with an encrypted assertion is decrypted by xmlsec1, and what comes out is good', async () => {
    const response = await answerTo(encrypted);
    expect(response).not.toContain('<saml:Assertion');
    expect(await validateAgainstSchema(response)).toEqual([]);
    expect(await findSignatureProblem(response, certificate)).toBeUndefined();

    const opened = await decryptWithXmlsec1(response, testKeys.spEncryption.privateKeyPem);
    const assertion = /<saml:Assertion.*<\/saml:Assertion>/s.exec(opened)?.[0] ?? '';
    expect(await validateAgainstSchema(assertion)).toEqual([]);
    expect(await findSignatureProblem(assertion, certificate)).toBeUndefined();
    const readable = assertion.replace(/&#x([0-9A-F]+);/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)));
    expect(readable).toContain('𠮷野 髙子 &lt;&amp;"\'&gt; ～学認—');
  });

  test.each([
    ['nobody may be asked', { isPassive: true }, 'status:NoPassive'],
    [
      'nobody can reach the AuthnContext',
      { requestedAuthnContext: { classes: ['https://refeds.org/profile/mfa'] } },
      'status:NoAuthnContext',
    ],
  ])('as an error when %s obeys the schemas and is signed', async (_what, options, status) => {
    const response = await answerTo(plainSp, options);
    expect(response).toContain(status);
    expect(await validateAgainstSchema(response)).toEqual([]);
    expect(await findSignatureProblem(response, certificate)).toBeUndefined();
  });
});
