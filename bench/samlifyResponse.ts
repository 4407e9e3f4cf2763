import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Constants, IdentityProvider, ServiceProvider, setSchemaValidator } from 'samlify';

const keys = join(import.meta.dirname, '../packages/testkit/src/keys');
const pem = (name: string): string => readFileSync(join(keys, name), 'utf8');
const template = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{ID}" Version="2.0" IssueInstant="{IssueInstant}" Destination="{Destination}" InResponseTo="{InResponseTo}"><saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{StatusCode}"/></samlp:Status><saml:Assertion ID="{AssertionID}" Version="2.0" IssueInstant="{IssueInstant}"><saml:Issuer>{Issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{NameIDFormat}">{NameID}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{SubjectConfirmationDataNotOnOrAfter}" Recipient="{SubjectRecipient}" InResponseTo="{InResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{ConditionsNotBefore}" NotOnOrAfter="{ConditionsNotOnOrAfter}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{AssertionID}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement></saml:Assertion></samlp:Response>`;

/**
 * CPU time of samlify's createLoginResponse with one signature, without any HTTP, session or attribute: the way that
 * Gakumon does not take.
 * @returns microseconds of this process for each response
 */
export async function measureSamlifyResponse(count: number): Promise<number> {
  setSchemaValidator({ validate: async () => 'not asked here' });
  const idp = IdentityProvider({
    entityID: 'https://idp.example.ac.jp/idp/shibboleth',
    privateKey: pem('idp-signing.key.pem'),
    signingCert: pem('idp-signing.certificate.pem'),
    isAssertionEncrypted: false,
    singleSignOnService: [{ Binding: Constants.namespace.binding.redirect, Location: 'https://idp.example.ac.jp/sso' }],
    loginResponseTemplate: { context: template, attributes: [] },
  });
  const sp = ServiceProvider({
    entityID: 'https://sp.example.org/shibboleth',
    wantAssertionsSigned: true,
    assertionConsumerService: [{ Binding: Constants.namespace.binding.post, Location: 'https://sp.example.org/acs' }],
  });
  const respond = () =>
    idp.createLoginResponse(sp, { extract: { request: { id: '_request' } } }, 'post', { email: 'user@example.org' });
  for (let warm = 0; warm < 50; warm += 1) await respond();
  const before = process.cpuUsage();
  for (let made = 0; made < count; made += 1) await respond();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
