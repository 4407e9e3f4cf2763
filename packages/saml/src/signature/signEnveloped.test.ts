import { describeWith, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { SignedXml } from 'xml-crypto';
import { verifyWithXmlsec } from '../judges/xmlsec.ts';
import { canonicaliseElement } from '../xml/canonicalForm.ts';
import { element, type OutElement, rawXml } from '../xml/outElement.ts';
import { parseXml } from '../xml/parseXml.ts';
import { writeCanonical } from '../xml/writer.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from './algorithms.ts';
import type { SigningKey } from './octets.ts';
import { signEnveloped } from './signEnveloped.ts';
import { hasEnvelopedSignature, verifyEnveloped } from './verifyEnveloped.ts';

const key: SigningKey = { ...testKeys.idpSigning, algorithm: 'rsa-sha256' };
const issuer = element('saml:Issuer', {}, 'https://idp.example.ac.jp/idp/shibboleth');

function keyFor(algorithm: SignatureAlgorithm) {
  return signatureAlgorithms[algorithm].keyType === 'ec' ? testKeys.idpSigningEc : testKeys.idpSigning;
}

function response(text: string, attribute = ''): OutElement {
  const value = element('saml:AttributeValue', { 'xml:lang': 'ja', 'saml:a': attribute }, text);
  return element('samlp:Response', { ID: '_1', Version: '2.0', Consent: attribute }, issuer, value, text);
}

/** What xml-crypto says, given our key and no other. */
function verifyWithXmlCrypto(document: string): boolean {
  const signature = new DOMParser().parseFromString(document, 'text/xml').getElementsByTagNameNS('*', 'Signature')[0];
  const judge = new SignedXml({ publicCert: testKeys.idpSigning.certificatePem, getCertFromKeyInfo: () => null });
  judge.loadSignature(signature as never);
  return judge.checkSignature(document);
}

const characters = fc.string({
  unit: fc.constantFrom('&', '<', '>', '"', "'", '\r', '\n', '\t', ' ', '日', '學', '𠮷', 'a', ']'),
  maxLength: 10,
});

describe.each(Object.keys(signatureAlgorithms) as SignatureAlgorithm[])('%s', (algorithm) => {
  const sign = () => signEnveloped(response('学門'), { ...keyFor(algorithm), algorithm });

  test('is verified by our verifier, which gives back what was signed', async () => {
    const verified = verifyEnveloped(Buffer.from(await sign()), [keyFor(algorithm).publicKey]);
    expect(Buffer.from(verified.bytes).toString('utf8')).toBe(writeCanonical(response('学門')));
    expect(verified.algorithm).toBe(signatureAlgorithms[algorithm].uri);
  });
  if (algorithm.startsWith('rsa-pss')) return;
  describeWith(['xmlsec1'], 'beside xmlsec1', () => {
    test('is verified by it', async () => {
      expect(await verifyWithXmlsec(await sign(), keyFor(algorithm))).toMatchObject({ code: 0 });
    });
    test('and not with another key', async () => {
      expect(await verifyWithXmlsec(await sign(), testKeys.stranger)).toMatchObject({ code: 1 });
    });
  });
});

describe('whatever is in the element', () => {
  test('xml-crypto and our verifier agree', async () => {
    await fc.assert(
      fc.asyncProperty(characters, characters, async (text, attribute) => {
        const signed = await signEnveloped(response(text, attribute), key);
        expect(verifyWithXmlCrypto(signed)).toBe(true);
        const verified = verifyEnveloped(Buffer.from(signed), [key.privateKey, testKeys.idpSigning.publicKey]);
        expect(Buffer.from(verified.bytes).toString('utf8')).toBe(writeCanonical(response(text, attribute)));
      }),
      { numRuns: 60 },
    );
  });
  describeWith(['xmlsec1'], 'beside xmlsec1', () => {
    test('it agrees, also about NEL, U+2028 and characters beyond U+FFFF', async () => {
      const text = `&<>"'\r\n\t\u0085\u2028 日本語 𠮷 \uE000\u{10FFFF}]]&gt;`;
      const signed = await signEnveloped(response(text, text), key);
      expect(await verifyWithXmlsec(signed, testKeys.idpSigning)).toMatchObject({ code: 0 });
    });
    test('an assertion signed within a signed response verifies, and so does the response', async () => {
      const assertion = await signEnveloped(element('saml:Assertion', { ID: '_2' }, issuer, '学門'), key);
      const signed = await signEnveloped(element('samlp:Response', { ID: '_1' }, issuer, rawXml(assertion)), key);
      const inner = "//*[local-name()='Assertion']/*[local-name()='Signature']";
      expect(await verifyWithXmlsec(signed, testKeys.idpSigning)).toMatchObject({ code: 0 });
      expect(await verifyWithXmlsec(signed, testKeys.idpSigning, inner)).toMatchObject({ code: 0 });
      expect(verifyEnveloped(Buffer.from(signed), [testKeys.idpSigning.publicKey]).element.children).toHaveLength(2);
    });
  });
});

describe('the signed element', () => {
  test('is canonical itself, so that it can be a raw part of another', async () => {
    const signed = await signEnveloped(response('a&b\r'), key);
    expect(canonicaliseElement(parseXml(Buffer.from(signed)), { comments: true }).toString('utf8')).toBe(signed);
  });
  test('has the Signature after Issuer, or first where there is no Issuer', async () => {
    const names = async (out: OutElement) =>
      parseXml(Buffer.from(await signEnveloped(out, key))).children.map(
        (child) => 'localName' in child && child.localName,
      );
    expect(await names(response('a'))).toEqual(['Issuer', 'Signature', 'AttributeValue', false]);
    const metadata = element('md:EntityDescriptor', { ID: '_1' }, element('md:Extensions', {}));
    expect(await names(metadata)).toEqual(['Signature', 'Extensions']);
  });
  test('is the same each time for RSA', async () => {
    expect(await signEnveloped(response('a'), key)).toBe(await signEnveloped(response('a'), key));
  });
  test('is seen to have a signature', async () => {
    expect(hasEnvelopedSignature(parseXml(Buffer.from(await signEnveloped(response('a'), key))))).toBe(true);
    expect(hasEnvelopedSignature(parseXml(Buffer.from(writeCanonical(response('a')))))).toBe(false);
  });
  test('must have an ID', async () => {
    await expect(signEnveloped(element('samlp:Response', {}), key)).rejects.toThrow(TypeError);
  });
});
