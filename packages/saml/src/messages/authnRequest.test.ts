import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { parseXml } from '../xml/parseXml.ts';
import { type AuthnRequest, parseAuthnRequest } from './authnRequest.ts';

const samlp = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"';
const saml = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';

function parse(attributes: string, content = ''): AuthnRequest {
  return parseAuthnRequest(
    parseXml(Buffer.from(`<samlp:AuthnRequest ${samlp} ${saml} ${attributes}>${content}</samlp:AuthnRequest>`)),
  );
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'accepted';
  } catch (error) {
    return isGakumonError(error) ? error.code : `not ours: ${error}`;
  }
}

const least = 'ID="_1" Version="2.0" IssueInstant="2026-11-22T12:00:00Z"';

test('the least that a request can be', () => {
  expect(parse(least)).toMatchObject({ id: '_1', issuer: undefined, forceAuthn: false, isPassive: false });
});

test('everything that is read', () => {
  const request = parse(
    `${least} Destination="https://idp/" ForceAuthn="1" IsPassive=" true " ProtocolBinding="b" AssertionConsumerServiceURL="https://sp/" AttributeConsumingServiceIndex="3"`,
    `<saml:Issuer Format="f"> https://sp.example/ </saml:Issuer><samlp:NameIDPolicy Format="n" SPNameQualifier="q"/>
     <samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef> a </saml:AuthnContextClassRef><saml:AuthnContextClassRef>b</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`,
  );
  expect(request).toMatchObject({
    destination: 'https://idp/',
    issuer: 'https://sp.example/',
    issuerFormat: 'f',
    forceAuthn: true,
    isPassive: true,
    protocolBinding: 'b',
    assertionConsumerServiceUrl: 'https://sp/',
    attributeConsumingServiceIndex: 3,
    nameIdPolicy: { format: 'n', spNameQualifier: 'q' },
    requestedAuthnContext: { comparison: 'minimum', classReferences: ['a', 'b'], declarationReferences: [] },
  });
});

describe('what breaks the schema is refused', () => {
  test.each([
    ['no ID', 'Version="2.0" IssueInstant="2026-11-22T12:00:00Z"', 'request-invalid'],
    ['an ID with markup', `${least.replace('_1', '&lt;b>')}`, 'request-invalid'],
    ['an endless ID', `${least.replace('_1', 'a'.repeat(300))}`, 'request-invalid'],
    ['no IssueInstant', 'ID="_1" Version="2.0"', 'request-invalid'],
    ['no boolean', `${least} ForceAuthn="yes"`, 'request-invalid'],
    ['no number', `${least} AssertionConsumerServiceIndex="-1"`, 'request-invalid'],
    ['too large a number', `${least} AssertionConsumerServiceIndex="65536"`, 'request-invalid'],
  ])('%s', (_, attributes, code) => {
    expect(codeOf(() => parse(attributes))).toBe(code);
  });
  test('another comparison', () => {
    expect(codeOf(() => parse(least, '<samlp:RequestedAuthnContext Comparison="about"/>'))).toBe('request-invalid');
  });
  test.each([
    ['another message', `<samlp:LogoutRequest ${samlp}/>`],
    ['another namespace', '<AuthnRequest xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>'],
  ])('%s', (_, xml) => {
    expect(codeOf(() => parseAuthnRequest(parseXml(Buffer.from(xml))))).toBe('request-not-authn');
  });
});
