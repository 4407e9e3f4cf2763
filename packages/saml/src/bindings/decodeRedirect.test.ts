import { deflateRawSync } from 'node:zlib';
import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { decodeRedirect } from './decodeRedirect.ts';

const xml = '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>';
const base64 = deflateRawSync(xml).toString('base64');
const encoded = encodeURIComponent(base64);
const deflate = 'urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE';

function codeOf(query: string): string {
  try {
    decodeRedirect(query);
    return 'accepted';
  } catch (error) {
    return isGakumonError(error) ? error.code : `not ours: ${error}`;
  }
}

const textOfXml = (query: string) => Buffer.from(decodeRedirect(query).xml).toString('utf8');

describe('the octets of HTTP-Redirect', () => {
  test('a plain request', () => {
    expect(textOfXml(`SAMLRequest=${encoded}`)).toBe(xml);
    expect(decodeRedirect(`SAMLRequest=${encoded}`).signature).toBeUndefined();
  });
  test.each([
    ['re-ordered', `Signature=AAAA&SigAlg=x&RelayState=a%2Fb&SAMLRequest=${encoded}`, 'RelayState=a%2Fb&'],
    ['lower-case escapes', `SAMLRequest=${encoded}&RelayState=a%2fb&SigAlg=x&Signature=AAAA`, 'RelayState=a%2fb&'],
    ['an encoded name', `%53AMLRequest=${encoded}&RelayState=a/b&SigAlg=x&Signature=AAAA`, 'RelayState=a/b&'],
    ['an empty RelayState', `SAMLRequest=${encoded}&RelayState=&SigAlg=x&Signature=AAAA`, 'RelayState=&'],
    ['no RelayState', `SAMLRequest=${encoded}&SigAlg=x&Signature=AAAA`, ''],
    ['strangers beside', `x=1&SAMLRequest=${encoded}&y&SigAlg=x&Signature=AAAA&SAMLEncoding=${deflate}`, ''],
  ])('%s: the signed octets are those received, in the order of the specification', (_, query, relayState) => {
    const { signature } = decodeRedirect(query);
    expect(Buffer.from(signature?.octets ?? []).toString()).toBe(`SAMLRequest=${encoded}&${relayState}SigAlg=x`);
  });
  test('plus signs: base64 keeps them, a RelayState means spaces by them', () => {
    const unescaped = base64.replaceAll('/', '%2F').replaceAll('=', '%3D');
    expect(textOfXml(`SAMLRequest=${unescaped}`)).toBe(xml);
    expect(decodeRedirect(`SAMLRequest=${encoded}&RelayState=a+b%2Bc`).relayState).toBe('a b+c');
  });
  test.each([
    ['nothing', '', 'request-missing'],
    ['an empty request', 'SAMLRequest=', 'request-missing'],
    ['two requests', `SAMLRequest=${encoded}&SAMLRequest=${encoded}`, 'request-repeated'],
    ['two requests, one with an encoded name', `SAMLRequest=${encoded}&%53AMLRequest=${encoded}`, 'request-repeated'],
    ['two RelayStates', `SAMLRequest=${encoded}&RelayState=a&RelayState=b`, 'request-repeated'],
    ['another SAMLEncoding', `SAMLRequest=${encoded}&SAMLEncoding=none`, 'request-encoding'],
    ['a broken escape', 'SAMLRequest=%E0%A4%A', 'request-encoding'],
    ['a broken escape in a name', `%zz=1&SAMLRequest=${encoded}`, 'request-encoding'],
    ['not base64', 'SAMLRequest=%3Cxml%3E', 'request-encoding'],
    ['not deflated', `SAMLRequest=${encodeURIComponent(Buffer.from(xml).toString('base64'))}`, 'request-encoding'],
    ['a signature without its algorithm', `SAMLRequest=${encoded}&Signature=AAAA`, 'signature-structure'],
    ['an algorithm without a signature', `SAMLRequest=${encoded}&SigAlg=x`, 'signature-structure'],
    [
      'a deflate bomb',
      `SAMLRequest=${encodeURIComponent(deflateRawSync(Buffer.alloc(10_000_000)).toString('base64'))}`,
      'request-too-large',
    ],
    ['an endless query', `SAMLRequest=${'A'.repeat(70_000)}`, 'request-too-large'],
  ])('attack: %s', (_, query, code) => {
    expect(codeOf(query)).toBe(code);
  });
});
