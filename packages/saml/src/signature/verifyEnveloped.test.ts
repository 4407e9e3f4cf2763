import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { algorithms, isGakumonError } from '@gakumon/terms';
import { describeWith, describeWithSamples, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SignedXml } from 'xml-crypto';
import { documents, modestAlphabet, wholeAlphabet } from '../judges/documents.ts';
import { signatureTemplate, signWithXmlsec, type TemplateOptions } from '../judges/xmlsec.ts';
import { canonicaliseElement } from '../xml/canonicalForm.ts';
import { aggregateXmlLimits } from '../xml/limits.ts';
import { element } from '../xml/outElement.ts';
import { parseXml } from '../xml/parseXml.ts';
import { readXml } from '../xml/readXml.ts';
import { writeCanonical } from '../xml/writer.ts';
import { createEnvelopedVerifier, type VerifyOptions } from './envelopedVerifier.ts';
import { verifyOctets } from './octets.ts';
import { signEnveloped } from './signEnveloped.ts';
import { verifyEnveloped } from './verifyEnveloped.ts';

const { spSigning, spSigningEc, stranger } = testKeys;

function codeOf(document: string | Uint8Array, keys: readonly KeyObject[], options?: VerifyOptions): string {
  try {
    verifyEnveloped(Buffer.from(document), keys, options);
    return 'verified';
  } catch (error) {
    if (isGakumonError(error)) return error.code;
    throw error;
  }
}

/** Puts a generated document into a root that can be signed. */
function wrap(document: string, inserted: string): string {
  const inner = document.replace(/^\uFEFF|^<\?xml[^>]*>\s*/, '');
  return `<x:root xmlns:x="urn:x" xmlns="urn:d" xmlns:unused="urn:u" ID="_1">${inserted}${inner}</x:root>`;
}

const expected = (document: string, inclusivePrefixes: string[] = []) =>
  canonicaliseElement(parseXml(Buffer.from(wrap(document, ''))), { comments: false, inclusivePrefixes }).toString(
    'utf8',
  );

describeWith(['xmlsec1'], 'what xmlsec1 signs', () => {
  const withComments = algorithms.exclusiveC14nWithComments;
  test.each<[string, Omit<TemplateOptions, 'uri'>, string[]]>([
    ['RSA with SHA-256', {}, []],
    ['SHA-384 and SHA-512', { algorithm: algorithms.rsaSha512, digest: algorithms.sha384 }, []],
    ['ECDSA', { algorithm: algorithms.ecdsaSha256 }, []],
    // A Reference by ID never covers comments, whatever the transform says; SignedInfo's own comments are covered.
    ['with comments', { canonicalisation: withComments }, []],
    ['with a PrefixList', { prefixList: '#default unused a' }, ['', 'unused', 'a']],
  ])('is verified: %s', async (_, options, inclusivePrefixes) => {
    const key = options.algorithm === algorithms.ecdsaSha256 ? spSigningEc : spSigning;
    await fc.assert(
      fc.asyncProperty(documents(wholeAlphabet), async (document) => {
        const wrapped = wrap(document, signatureTemplate({ uri: '#_1', ...options }));
        const signed = await signWithXmlsec(`<?pi outside?>${wrapped}<?pi outside?>`, key);
        const verified = verifyEnveloped(Buffer.from(signed), [stranger.publicKey, key.publicKey]);
        expect(Buffer.from(verified.bytes).toString('utf8')).toBe(expected(document, inclusivePrefixes));
        expect(verified.key).toBe(key.publicKey);
      }),
      { numRuns: 12 },
    );
  });
  test('URI="" is for those who ask for it, and covers instructions outside the root', async () => {
    const document = `<?pi 1?>${wrap('<a/><!--c-->', signatureTemplate({ uri: '' }))}<!--c--><?pi 2?>`;
    const signed = await signWithXmlsec(document, spSigning);
    expect(codeOf(signed, [spSigning.publicKey])).toBe('signature-structure');
    const verified = verifyEnveloped(Buffer.from(signed), [spSigning.publicKey], { allowEmptyUri: true });
    expect(Buffer.from(verified.bytes).toString('utf8')).toMatch(/^<\?pi 1\?>\n<x:root .*<\/x:root>\n<\?pi 2\?>$/);
  });
});

describe('what xml-crypto signs', () => {
  test('is verified', () => {
    fc.assert(
      fc.property(documents(modestAlphabet), (document) => {
        const signer = new SignedXml({
          privateKey: spSigning.privateKeyPem,
          signatureAlgorithm: algorithms.rsaSha256,
          canonicalizationAlgorithm: algorithms.exclusiveC14n,
        });
        const transforms = [algorithms.enveloped, algorithms.exclusiveC14n];
        signer.addReference({ xpath: '/*', transforms, digestAlgorithm: algorithms.sha256 });
        signer.computeSignature(wrap(document, ''), { prefix: 'ds', location: { reference: '/*', action: 'prepend' } });
        const verified = verifyEnveloped(Buffer.from(signer.getSignedXml()), [spSigning.publicKey]);
        expect(Buffer.from(verified.bytes).toString('utf8')).toBe(expected(document));
      }),
      { numRuns: 40 },
    );
  });
});

describeWithSamples('aggregates of real federations', (folder) => {
  test.each(['pyff-wayf-edugain-metadata'])('%s', (name) => {
    const document = readFileSync(join(folder, `${name}.xml`));
    const { publicKey } = new X509Certificate(readFileSync(join(folder, `${name}.signer.pem`)));
    const verified = verifyEnveloped(document, [publicKey], aggregateXmlLimits);
    expect(verified.element.localName).toBe('EntitiesDescriptor');
    document[document.length - 100] = 0x41;
    expect(codeOf(document, [publicKey], aggregateXmlLimits)).not.toBe('verified');
  });
});

const out = element(
  'samlp:Response',
  { ID: '_1', Destination: 'https://sp.example/' },
  element('saml:Issuer', {}, '日本'),
  'x\r\n𠮷',
);
const signedByUs = () => signEnveloped(out, { ...spSigning, algorithm: 'rsa-sha256' });

describe('a changed document', () => {
  test('with any bit of it flipped is refused, or says the same as before', async () => {
    const document = Buffer.from(await signedByUs());
    fc.assert(
      fc.property(fc.nat({ max: document.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(document);
        changed[at] = (changed[at] ?? 0) ^ mask;
        try {
          const verified = verifyEnveloped(changed, [spSigning.publicKey]);
          expect(Buffer.from(verified.bytes).toString('utf8')).toBe(writeCanonical(out));
        } catch (error) {
          if (!isGakumonError(error)) throw error;
          expect(error.code).toMatch(/^(signature|xml)-/);
        }
      }),
      { numRuns: 300 },
    );
  });
  test('with one bit of any byte of the signed part flipped is refused', async () => {
    const document = await signedByUs();
    const bytes = Buffer.from(document);
    const [start, end] = ['<ds:Signature ', '</ds:Signature>'].map((tag) =>
      Buffer.byteLength(document.split(tag)[0] ?? ''),
    );
    const verified: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      if (at >= (start ?? 0) && at < (end ?? 0) + '</ds:Signature>'.length) continue;
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      if (codeOf(changed, [spSigning.publicKey]) === 'verified') verified.push(at);
    }
    expect(verified).toEqual([]);
  });
  test('one byte less or more is refused', async () => {
    const document = await signedByUs();
    expect(codeOf(document.slice(0, -1), [spSigning.publicKey])).toBe('xml-malformed');
    expect(codeOf(document.replace('日本', '日本 '), [spSigning.publicKey])).toBe('signature-invalid');
  });
});

describe('keys', () => {
  test('none, or another, verifies nothing', async () => {
    expect(codeOf(await signedByUs(), [])).toBe('signature-invalid');
    expect(codeOf(await signedByUs(), [stranger.publicKey, spSigningEc.publicKey])).toBe('signature-invalid');
  });
  test('RSA below 2048 bits and curves that are not on the list are refused by name', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const sign = (privateKey: KeyObject, algorithm: 'rsa-sha256' | 'ecdsa-sha256') =>
      signEnveloped(out, { privateKey, certificate: '', algorithm });
    expect(codeOf(await sign(weak.privateKey, 'rsa-sha256'), [weak.publicKey])).toBe('signature-algorithm');
    expect(codeOf(await sign(odd.privateKey, 'ecdsa-sha256'), [odd.publicKey])).toBe('signature-algorithm');
  });
  test('a weak key beside a good one does no harm', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    expect(codeOf(await signedByUs(), [weak, spSigning.publicKey])).toBe('verified');
  });
});

describe('octets', () => {
  const octets = Buffer.from('SAMLRequest=a&SigAlg=b');
  test.each(['', 'AA==', 'A'.repeat(1000)])('the ECDSA value %.8s is refused, not a defect', (value) => {
    const verify = () =>
      verifyOctets(octets, Buffer.from(value, 'base64'), algorithms.ecdsaSha256, [spSigningEc.publicKey]);
    expect(verify).toThrow('signature-invalid');
  });
  test.each([algorithms.rsaSha1, 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', '', 'constructor'])(
    'the algorithm %s is refused by name',
    (uri) => {
      expect(() => verifyOctets(octets, Buffer.alloc(256), uri, [spSigning.publicKey])).toThrow('signature-algorithm');
    },
  );
  test('a certificate that has expired does not disqualify its key', async () => {
    const { privateKey, certificate, certificatePem } = testKeys.expired;
    const signed = await signEnveloped(out, { privateKey, certificate, algorithm: 'rsa-sha256' });
    expect(codeOf(signed, [createPublicKey(certificatePem)])).toBe('verified');
  });
});

describe('as a stream', () => {
  test('canonical bytes come while the document comes', async () => {
    const entities = Array.from({ length: 3000 }, (_, index) =>
      element('md:EntityDescriptor', { entityID: `urn:${index}` }, '学'),
    );
    const aggregate = element('md:EntitiesDescriptor', { ID: '_all' }, ...entities);
    const document = Buffer.from(await signEnveloped(aggregate, { ...spSigning, algorithm: 'rsa-sha256' }));
    const pieces: Uint8Array[] = [];
    const verifier = createEnvelopedVerifier([spSigning.publicKey], {}, { write: (piece) => pieces.push(piece) });
    const reader = readXml(verifier.add);
    reader.write(document.subarray(0, document.length / 2));
    expect(pieces.length).toBeGreaterThan(1);
    reader.write(document.subarray(document.length / 2));
    reader.end();
    expect(verifier.finish().key).toBe(spSigning.publicKey);
    expect(Buffer.concat(pieces).toString('utf8')).toBe(writeCanonical(aggregate));
  });
  test('a small document whose canonical form is huge is refused', async () => {
    // Every child repeats the declaration, which the canonical form must write out each time.
    const signed = await signedByUs();
    const bomb = signed
      .replace('<samlp:Response ', `<samlp:Response xmlns:p="urn:${'x'.repeat(200_000)}" `)
      .replace('</samlp:Response>', `${'<p:a/>'.repeat(4000)}</samlp:Response>`);
    expect(codeOf(bomb, [spSigning.publicKey])).toBe('xml-limit');
  });
});
