import { sign } from 'node:crypto';
import { algorithms, isGakumonError, ns } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import {
  closeRequest,
  digestOf,
  hmacWithPublicKey,
  makeSignature,
  openRequest,
  reference,
  type SignatureOptions,
  spKey,
  transform,
  usualTransforms,
} from './attacks/genuine.ts';
import type { VerifyOptions } from './envelopedVerifier.ts';
import { verifyEnveloped } from './verifyEnveloped.ts';

const { spSigning } = testKeys;
const open = openRequest('_genuine', 'sp.example.ac.jp');
const everything: VerifyOptions = { allowEmptyUri: true, allowInclusive: true, allowSha1: true };

async function signedBy(options: SignatureOptions): Promise<string> {
  return open + (await makeSignature(open + closeRequest, options)) + closeRequest;
}

/** @returns `verified`, or the code and the detail of the refusal */
function verdict(document: string, options: VerifyOptions = everything): string {
  try {
    verifyEnveloped(Buffer.from(document), [spSigning.publicKey], options);
    return 'verified';
  } catch (error) {
    if (isGakumonError(error)) return `${error.code}: ${error.detail}`;
    throw error;
  }
}

const c14n11 = 'http://www.w3.org/2006/12/xml-c14n11';
const xslt = 'http://www.w3.org/TR/1999/REC-xslt-19991116';
const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
const hmac = 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256';
const md5 = 'http://www.w3.org/2001/04/xmldsig-more#md5';
const dsa = 'http://www.w3.org/2000/09/xmldsig#dsa-sha1';
const ecdsaSha1 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1';
const enveloped = transform(algorithms.enveloped);
const retrieval = '<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1:9/"></ds:RetrievalMethod></ds:KeyInfo>';
const inclusiveNamespaces = `<ec:InclusiveNamespaces xmlns:ec="${ns.ec}" PrefixList="a"></ec:InclusiveNamespaces>`;

describe('where all is allowed that any source may have, what is refused is named', () => {
  test.each<[string, SignatureOptions, string]>([
    ['XSLT', { transforms: enveloped + transform(xslt) }, xslt],
    ['XPath', { transforms: enveloped + transform(xpath) }, xpath],
    ['Canonical XML 1.1', { transforms: enveloped + transform(c14n11) }, c14n11],
    ['Canonical XML 1.1 of SignedInfo', { canonicalisation: c14n11 }, c14n11],
    ['a third transform', { transforms: usualTransforms + transform(algorithms.c14n) }, 'more than two transforms'],
    ['XSLT as a third', { transforms: usualTransforms + transform(xslt) }, xslt],
    ['no canonicalisation', { transforms: enveloped }, 'no canonicalisation after enveloped-signature'],
    ['a Reference that is not enveloped', { transforms: transform(algorithms.c14n) }, 'not enveloped-signature'],
    [
      'a PrefixList for the inclusive form',
      { transforms: enveloped + transform(algorithms.c14n, inclusiveNamespaces) },
      'content of Transform',
    ],
    [
      'several References',
      { moreReferences: reference('#_genuine', digestOf(open + closeRequest)) },
      'more than one Reference',
    ],
    ['a Reference elsewhere', { uri: '#_other' }, 'the Reference is not to the root'],
    ['HMAC', { signatureMethod: hmac, sign: hmacWithPublicKey }, hmac],
    ['DSA', { signatureMethod: dsa }, dsa],
    ['ECDSA with SHA-1', { signatureMethod: ecdsaSha1 }, ecdsaSha1],
    ['MD5', { digestMethod: md5 }, md5],
    ['RetrievalMethod', { keyInfo: retrieval }, 'RetrievalMethod'],
  ])('%s', async (_, options, named) => {
    const said = verdict(await signedBy(options));
    expect(said).toMatch(/^signature-(?:structure|algorithm): /);
    expect(said).toContain(named);
  });
});

describe('SHA-1', () => {
  const bySha1: SignatureOptions = {
    signatureMethod: algorithms.rsaSha1,
    sign: (octets) => sign('sha1', octets, spKey.privateKey),
  };
  const digested: SignatureOptions = {
    digestMethod: algorithms.sha1,
    digest: digestOf(open + closeRequest, 'sha1'),
  };
  test('is believed only where it is allowed by name', async () => {
    for (const options of [bySha1, digested, { ...bySha1, ...digested }]) {
      const document = await signedBy(options);
      expect(verdict(document)).toBe('verified');
      expect(verdict(document, { ...everything, allowSha1: false })).toMatch(/^signature-algorithm: .*sha1"$/);
    }
  });
  test('still has to be right', async () => {
    const document = await signedBy({ ...bySha1, ...digested });
    expect(verdict(document.replace('sp.example', 'evil.example'))).toContain('signature-invalid');
  });
});

describe('Canonical XML 1.0', () => {
  // The document declares nothing that it does not use on the same element, so that both forms are the same
  const inclusive = enveloped + transform(algorithms.c14n);
  test('is believed only where it is allowed by name', async () => {
    const document = await signedBy({ transforms: inclusive });
    expect(verdict(document)).toBe('verified');
    expect(verdict(document, { ...everything, allowInclusive: false })).toContain(algorithms.c14n);
  });
  test('sees a declaration that was slipped in, which the exclusive form does not', async () => {
    const slipIn = (document: string): string => document.replace(' Version=', ' xmlns:evil="urn:evil" Version=');
    expect(verdict(slipIn(await signedBy({ transforms: inclusive })))).toContain('signature-invalid');
    expect(verdict(slipIn(await signedBy({})))).toBe('verified');
  });
});

describe('URI=""', () => {
  test('is believed only where it is allowed by name', async () => {
    const document = await signedBy({ uri: '' });
    expect(verdict(document)).toBe('verified');
    expect(verdict(document, { ...everything, allowEmptyUri: false })).toContain('the Reference is not to the root');
  });
  test('covers the instructions around the root', async () => {
    expect(verdict(`<?evil?>${await signedBy({ uri: '' })}`)).toContain('signature-invalid');
  });
  test('means the root that has the Signature: a signed child in an unsigned group is refused', async () => {
    const group = `<md:EntitiesDescriptor xmlns:md="${ns.md}">${await signedBy({ uri: '' })}</md:EntitiesDescriptor>`;
    expect(verdict(group)).toContain('signature-missing');
  });
});
