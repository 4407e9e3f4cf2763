import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { algorithms, isGakumonError, ns } from '@gakumon/terms';
import { describeWith, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { verifyWithXmlsec } from '../../judges/xmlsec.ts';
import { attributeOf, findChild, textOf } from '../../xml/elements.ts';
import { verifyEnveloped } from '../verifyEnveloped.ts';

type Expected = { readonly code: string; readonly why: string; readonly xmlsec1?: 'verifies' };

const { spSigning } = testKeys;
const read = (name: string) => readFileSync(join(import.meta.dirname, name, 'document.xml'), 'utf8');
const attacks = readdirSync(import.meta.dirname)
  .map((name) => ({ name, file: join(import.meta.dirname, name, 'expected.json') }))
  .filter(({ file }) => existsSync(file))
  .map(({ name, file }): Expected & { name: string } => ({ name, ...JSON.parse(readFileSync(file, 'utf8')) }));

function codeOf(document: string | Uint8Array): string {
  try {
    verifyEnveloped(Buffer.from(document), [spSigning.publicKey]);
    return 'verified';
  } catch (error) {
    if (isGakumonError(error)) return error.code;
    throw error;
  }
}

test('without an attack the request is verified', () => {
  const { element } = verifyEnveloped(Buffer.from(read('none')), [spSigning.publicKey]);
  expect(attributeOf(element, 'AssertionConsumerServiceURL')).toBe('https://sp.example.ac.jp/acs');
  expect(attacks.length).toBeGreaterThan(40);
});

test.each(attacks)('$name is refused as $code: $why', ({ name, code }) => {
  expect(codeOf(read(name))).toBe(code);
});

describeWith(['xmlsec1'], 'the danger is real', () => {
  test.each(attacks.filter((attack) => attack.xmlsec1 === 'verifies'))('xmlsec1 verifies $name', async ({ name }) => {
    expect(await verifyWithXmlsec(read(name), spSigning)).toMatchObject({ code: 0 });
  });
});

describe('comments, which the signature does not cover', () => {
  test('never cut a text in the verified document', () => {
    const document = read('none').replace(
      'https://sp.example.ac.jp/sp',
      'https://sp.<!-- x -->example.ac.jp<!---->/sp',
    );
    const { element } = verifyEnveloped(Buffer.from(document), [spSigning.publicKey]);
    const issuer = findChild(element, ns.saml, 'Issuer');
    expect(issuer && textOf(issuer)).toBe('https://sp.example.ac.jp/sp');
  });
});

describe('too much of everything is refused before any work', () => {
  const genuine = read('none');
  const transform = `<ds:Transform Algorithm="${algorithms.exclusiveC14n}"/>`;
  const reference = genuine.slice(genuine.indexOf('<ds:Reference'), genuine.indexOf('</ds:SignedInfo>'));
  const insert = (before: string, what: string) => genuine.replace(before, () => what + before);

  test.each([
    ['5,000 transforms', insert('</ds:Transforms>', transform.repeat(5000))],
    ['2,000 References', insert('</ds:SignedInfo>', reference.repeat(2000))],
    [
      '1,000 References, below every other limit',
      insert('</ds:SignedInfo>', reference.replace(/<ds:Transforms>.*<\/ds:Transforms>/, '').repeat(1000)),
    ],
    ['300 Signatures one in another', insert('<ds:SignedInfo>', '<ds:Signature>'.repeat(300))],
    ['100,000 elements one in another', genuine.replace('</samlp:AuthnRequest>', '<a>'.repeat(100_000))],
    ['100,000 children', insert('</samlp:AuthnRequest>', '<a/>'.repeat(100_000))],
    [
      '10,000 attributes',
      genuine.replace('Version=', `${Array.from({ length: 10_000 }, (_, index) => `a${index}="" `).join('')}Version=`),
    ],
    [
      '10,000 declarations',
      genuine.replace(
        'Version=',
        `${Array.from({ length: 10_000 }, (_, index) => `xmlns:a${index}="urn:a" `).join('')}Version=`,
      ),
    ],
    ['a request of two megabytes', insert('</samlp:AuthnRequest>', 'x'.repeat(2_000_000))],
  ])('%s', (_, document) => {
    expect(codeOf(document)).toBe('xml-limit');
  });
  test('prefixes declared above one another, under a signature that anybody can have, with thousands of elements inside', () => {
    const levels = Array.from({ length: 15 }, (_, level) =>
      Array.from({ length: 64 }, (_each, at) => `xmlns:p${level}x${at}="u" p${level}x${at}:a${at}=""`).join(' '),
    );
    const inside = '<q:b xmlns:q="v"/>'.repeat(4000);
    const deep = `${levels.map((one) => `<a ${one}>`).join('')}${inside}${'</a>'.repeat(15)}`;
    expect(codeOf(genuine.replace('</samlp:AuthnRequest>', `${deep}</samlp:AuthnRequest>`))).toBe('xml-limit');
  });
});
