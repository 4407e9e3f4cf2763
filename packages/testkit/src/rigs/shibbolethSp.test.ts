import { inflateRawSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import { testKeys } from '../keys/testKeys.ts';
import { describeWith } from '../programs.ts';
import { schemaJudge, validateAgainstSchema } from './samlSchemas.ts';
import { readEnvironment, type ShibbolethSp, shibbolethSpPrograms, startShibbolethSp } from './shibbolethSp.ts';

const idpEntityId = 'https://idp.example.ac.jp/idp/shibboleth';
const idpMetadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${idpEntityId}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>${testKeys.idpSigning.certificate}</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="http://127.0.0.1:9/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;

describeWith([...shibbolethSpPrograms, ...schemaJudge], 'the private Shibboleth SP', () => {
  let sp: ShibbolethSp;
  beforeAll(async () => {
    sp = await startShibbolethSp({ idpEntityId, idpMetadata, host: 'localhost' });
  }, 120_000);

  const ask = async (url: string) => {
    const response = await fetch(url, { redirect: 'manual' });
    const location = new URL(response.headers.get('location') ?? 'about:blank');
    const request = Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64');
    return { location, request: request.length === 0 ? '' : inflateRawSync(request).toString('utf8') };
  };

  test.each([
    ['/secure', /^(?!.*(ForceAuthn|IsPassive|RequestedAuthnContext))/],
    ['/force', /ForceAuthn="(true|1)"/],
    ['/passive', /IsPassive="(true|1)"/],
    ['/mfa', />https:\/\/refeds\.org\/profile\/mfa</],
    ['/password', />urn:oasis:names:tc:SAML:2\.0:ac:classes:PasswordProtectedTransport</],
  ])('sends a visitor of %s to the IdP with the request of that place', async (place, expected) => {
    const { location, request } = await ask(`${sp.baseUrl}${place}`);
    expect(location.origin + location.pathname).toBe('http://127.0.0.1:9/sso');
    expect(location.searchParams.has('Signature')).toBe(false);
    expect(request).toMatch(expected);
    expect(request).toContain(`>${sp.entityId}<`);
    expect(request).toContain(`AssertionConsumerServiceURL="${sp.baseUrl}/Shibboleth.sso/SAML2/POST"`);
  });

  test('starts a login with what the URL asks for', async () => {
    const { request } = await ask(sp.loginUrl({ forceAuthn: 'true', authnContextClassRef: 'urn:a' }));
    expect(request).toMatch(/ForceAuthn="(true|1)".*>urn:a</);
  });

  test('is a second SP too, which signs its requests', async () => {
    const { location, request } = await ask(sp.second.secureUrl);
    expect(location.searchParams.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    expect(request).toContain(`>${sp.second.entityId}<`);
    expect(request).toContain(`AssertionConsumerServiceURL="${sp.baseUrl}/second/Shibboleth.sso/SAML2/POST"`);
  });

  test('tells its metadata, with a key to encrypt to', async () => {
    for (const application of [sp, sp.second]) {
      const metadata = await application.metadata();
      expect(await validateAgainstSchema(metadata)).toEqual([]);
      expect(metadata).toContain(`entityID="${application.entityId}"`);
      expect(metadata).toContain('<md:KeyDescriptor use="encryption">');
    }
  });

  test('leaves nothing running behind', async () => {
    const other = await startShibbolethSp({ idpEntityId, idpMetadata, host: '127.0.0.1' });
    expect((await fetch(`${other.baseUrl}/open`)).status).toBe(200);
    await other.stop();
    await expect(fetch(`${other.baseUrl}/open`)).rejects.toThrow();
    expect((await fetch(`${sp.baseUrl}/open`)).status).toBe(200);
  });

  test('shows the environment of a page', async () => {
    const page = await (await fetch(`${sp.baseUrl}/open`)).text();
    expect(readEnvironment(page)).toMatchObject({ REQUEST_METHOD: 'GET', SERVER_NAME: 'localhost' });
    expect(Object.keys(readEnvironment(page)).filter((name) => name.startsWith('Shib'))).toEqual([]);
  });

  test.each([
    ['its configuration is broken', { idpEntityId: '<', idpMetadata }, /shibboleth2\.xml/],
    ['the metadata of the IdP is refused', { idpEntityId, idpMetadata: '<broken' }, /idp-metadata\.xml/],
    [
      'nobody signed the metadata that somebody should have signed',
      { idpEntityId, idpMetadata, metadataSigner: testKeys.idpSigning.certificatePem },
      /[Ss]ignature/,
    ],
  ])('does not start when %s, and says why', async (_what, given, why) => {
    await expect(startShibbolethSp({ ...given, host: 'localhost' })).rejects.toThrow(why);
  });
});
