import { describeWith } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicaliseWithXmllint } from '../judges/xmllint.ts';
import { canonicaliseElement } from './canonicalForm.ts';
import { element, type OutElement, type OutName, rawXml } from './outElement.ts';
import { parseXml } from './parseXml.ts';
import { prefixes } from './prefixes.ts';
import { writeAround, writeCanonical } from './writer.ts';

const characters = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '&',
      '<',
      '>',
      '"',
      "'",
      '\r',
      '\n',
      '\t',
      ' ',
      '\u0085',
      '\u2028',
      '日',
      '學',
      '𠮷',
      '\uFFFD',
      ']]>',
      'xmlns:a="b"',
    ),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});
const prefix = fc.constantFrom(...(Object.keys(prefixes) as (keyof typeof prefixes)[]));
const names = prefix.map((one): OutName => `${one}:Name`);
const attributes = fc.dictionary(
  fc.oneof(
    fc.constantFrom('ID', 'Version', 'a', 'B', 'xml:lang', 'xml:base'),
    prefix.map((one) => `${one}:b`),
  ),
  fc.option(characters, { nil: undefined }),
  { maxKeys: 6 },
);
const { out: outElements } = fc.letrec<{ out: OutElement }>((tie) => ({
  out: fc
    .tuple(names, attributes, fc.array(fc.oneof({ depthSize: 'small' }, characters, tie('out')), { maxLength: 4 }))
    .map(([name, values, children]) => element(name, values, ...children)),
}));

const canonicalise = (text: string) =>
  canonicaliseElement(parseXml(Buffer.from(text)), { comments: true }).toString('utf8');

describe('what is written is canonical', () => {
  test('our canonicaliser changes nothing', () => {
    fc.assert(
      fc.property(outElements, (out) => {
        const text = writeCanonical(out);
        expect(canonicalise(text)).toBe(text);
      }),
    );
  });
  test('also when it is cut around an insertion', () => {
    fc.assert(
      fc.property(outElements, fc.nat({ max: 4 }), (out, index) => {
        expect(writeAround(out, index).join('')).toBe(writeCanonical(out));
      }),
    );
  });
  describeWith(['xmllint'], 'beside xmllint', () => {
    test('it changes nothing either', async () => {
      const lists = fc.array(outElements, { minLength: 40, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(lists, async (list) => {
          const texts = list.map(writeCanonical);
          expect(await canonicaliseWithXmllint(texts)).toBe(texts.join(''));
        }),
        { numRuns: 5 },
      );
    });
  });
  test('what goes in comes out', () => {
    fc.assert(
      fc.property(characters, (value) => {
        const read = parseXml(Buffer.from(writeCanonical(element('saml:Issuer', { Format: value }, value))));
        expect(read.attributes.map((one) => one.value)).toEqual([value]);
        expect(read.children.map((child) => child.kind === 'text' && child.value).join('')).toBe(value);
      }),
    );
  });
  test('order and declarations', () => {
    const out = element(
      'samlp:Response',
      { Version: '2.0', 'xml:lang': 'ja', ID: '_1', 'remd:a': '1', Destination: undefined },
      element('saml:Issuer', {}, 'a'),
      undefined,
      element('saml:Issuer', { 'samlp:x': '' }),
    );
    expect(writeCanonical(out)).toBe(
      '<samlp:Response xmlns:remd="http://refeds.org/metadata" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ' +
        'ID="_1" Version="2.0" remd:a="1" xml:lang="ja">' +
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">a</saml:Issuer>' +
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" samlp:x=""></saml:Issuer></samlp:Response>',
    );
  });
});

describe('what XML forbids is never written', () => {
  test.each(['\0', '\u0008', '\u000B', '\u001F', '\uFFFE', '\uFFFF', '\uD800', 'a\uDC00b', '\uDE00\uD83D'])(
    '%j',
    (value) => {
      expect(() => element('saml:Issuer', {}, `x${value}`)).toThrow('xml-malformed');
      expect(() => element('saml:Issuer', { Format: value })).toThrow('xml-malformed');
    },
  );
  test.each(['nope:Issuer', 'constructor:Issuer', 'saml:', 'saml:a b', 'saml:a><b', 'Issuer:', 'saml:1'])(
    'the name %s',
    (name) => {
      expect(() => element(name as OutName, {})).toThrow(TypeError);
    },
  );
  test.each(['a"b', 'a b', 'xmlns', 'xmlns:saml', 'nope:a', '', 'a=', 'xml:xmlns'])('the attribute name %j', (name) => {
    expect(() => element('saml:Issuer', { [name]: '' })).toThrow(TypeError);
  });
});

describe('a raw part', () => {
  const issuer = '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">a</saml:Issuer>';

  test('is inserted as it is, and the whole is canonical', () => {
    const text = writeCanonical(element('samlp:Response', {}, rawXml(issuer), element('saml:Assertion', {})));
    expect(text).toContain(issuer);
    expect(canonicalise(text)).toBe(text);
  });
  test('that declares what is declared around it would not be canonical, and is refused', () => {
    const deeper = `<samlp:Status xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" a="x>y">${issuer}</samlp:Status>`;
    expect(() => writeCanonical(element('saml:Assertion', {}, rawXml(issuer)))).toThrow(TypeError);
    expect(() => writeCanonical(element('saml:Assertion', {}, rawXml(deeper)))).toThrow(TypeError);
  });
  test('must be an element', () => {
    expect(() => rawXml('text')).toThrow(TypeError);
    expect(() => rawXml('<?xml version="1.0"?><a/>')).toThrow(TypeError);
  });
});
