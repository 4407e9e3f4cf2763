import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { indexed, judgedAt } from '../fixtures/indexed.ts';
import { madeAggregate, madeEntity, signed, unsigned } from '../fixtures/madeMetadata.ts';

const { idpSigning } = testKeys;
const trusted = { signers: [idpSigning] };
const ids = ['https://one.example.org/sp', 'https://two.example.org/sp', '学https://three.example.org/sp'];
const refusal = (code: string) => expect.objectContaining({ code });
const md = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"';
const evil = unsigned(madeEntity('https://evil.example/sp')).toString();

let document: string;
let signature: string;
beforeAll(async () => {
  document = (await signed(madeAggregate(ids, { validUntil: judgedAt + 86_400_000 }), idpSigning)).toString();
  signature = /<ds:Signature .*<\/ds:Signature>/s.exec(document)?.[0] ?? '';
});

/** Of both kinds of source, the octets as they are. */
async function refusedAs(octets: Uint8Array, code: string): Promise<void> {
  await expect(indexed(octets)).rejects.toEqual(refusal(code));
  await expect(indexed(octets, trusted)).rejects.toEqual(refusal(code));
}

describe('a document that is no proper XML is refused, signed or not', () => {
  const doctype = (declaration: string) => Buffer.from(`<!DOCTYPE x [${declaration}]>${document}`);
  const bomb = Array.from({ length: 20 }, (_, at) => `<!ENTITY l${at + 1} "&l${at};&l${at};&l${at};">`).join('');
  const encoded = (name: string) => Buffer.from(`<?xml version="1.0" encoding="${name}"?>${document}`);
  const mark = Buffer.from('\uFEFF');

  test.each([
    ['an external entity', () => doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'), 'xml-doctype'],
    ['a parameter entity', () => doctype('<!ENTITY % x SYSTEM "http://evil.example/x">%x;'), 'xml-doctype'],
    ['an entity bomb', () => doctype(`<!ENTITY l0 "lol">${bomb}`), 'xml-doctype'],
    ['an entity without a DOCTYPE', () => Buffer.from(document.replace('one.example', '&one;')), 'xml-malformed'],
    ['a cut end', () => Buffer.from(document).subarray(0, -30), 'xml-malformed'],
    ['a cut character at its end', () => Buffer.concat([Buffer.from(document), Buffer.from([0xe5])]), 'xml-encoding'],
    ['another document behind it', () => Buffer.from(document + document), 'xml-malformed'],
    ['text behind it', () => Buffer.from(`${document}evil`), 'xml-malformed'],
    ['UTF-16', () => Buffer.from(`\uFEFF${document}`, 'utf16le'), 'xml-encoding'],
    ['UTF-16 without a mark', () => Buffer.from('<\0m\0d\0', 'latin1'), 'xml-malformed'],
    ['UTF-16 by its declaration', () => encoded('UTF-16'), 'xml-encoding'],
    ['Shift_JIS by its declaration', () => encoded('Shift_JIS'), 'xml-encoding'],
    ['octets of Shift_JIS', () => replaceOctets(document, '学', [0x8a, 0x77]), 'xml-encoding'],
    ['two byte order marks', () => Buffer.concat([mark, mark, Buffer.from(document)]), 'xml-malformed'],
    ['NUL', () => replaceOctets(document, '学', [0]), 'xml-malformed'],
    ['an overlong octet sequence', () => replaceOctets(document, '学', [0xc0, 0xaf]), 'xml-encoding'],
    ['half of a surrogate pair', () => replaceOctets(document, '学', [0xed, 0xa0, 0x80]), 'xml-encoding'],
    ['a comment inside an entityID', () => Buffer.from(document.replace('one.', 'one.<!-- -->')), 'xml-malformed'],
    [
      'an attribute twice',
      () => Buffer.from(document.replace('entityID=', 'entityID="urn:x" entityID=')),
      'xml-malformed',
    ],
    ['XML 1.1', () => Buffer.from(`<?xml version="1.1"?>${document}`), 'xml-malformed'],
  ])('%s', async (_, make, code) => {
    await refusedAs(make(), code);
  });

  test('one byte order mark is fine', async () => {
    const marked = Buffer.concat([mark, Buffer.from(document)]);
    expect((await indexed(marked, trusted)).entities).toBe(3);
  });
});

describe('what never ends', () => {
  const piece = Buffer.alloc(65_536, 'x');

  /** @returns how many pieces were asked for until it was refused */
  async function askedFor(start: string, code: string, filling: Buffer = piece): Promise<number> {
    let asked = 0;
    function* endless(): Iterable<Uint8Array> {
      yield Buffer.from(start);
      for (; asked < 16_384; asked += 1) yield filling;
    }
    await expect(indexed(endless())).rejects.toEqual(refusal(code));
    return asked;
  }

  test.each([
    ['a text of 1 GB', `<md:EntitiesDescriptor ${md}>`],
    ['a text of 1 GB in an entity', `<md:EntityDescriptor ${md} entityID="urn:a:b">`],
    ['an attribute of 1 GB', `<md:EntitiesDescriptor ${md} Name="`],
    ['a comment of 1 GB', `<md:EntitiesDescriptor ${md}><!--`],
    ['a processing instruction of 1 GB', `<md:EntitiesDescriptor ${md}><?x `],
    ['a CDATA section of 1 GB', `<md:EntitiesDescriptor ${md}><![CDATA[`],
    ['a name of 1 GB', `<md:EntitiesDescriptor ${md}><`],
  ])('%s is refused after a few pieces', async (_, start) => {
    expect(await askedFor(start, 'xml-limit')).toBeLessThan(40);
  });

  test('elements inside one another', async () => {
    expect(await askedFor(`<md:EntitiesDescriptor ${md}>`, 'xml-limit', Buffer.from('<a>'.repeat(100)))).toBe(0);
  });

  test('elements beside one another', async () => {
    const filling = Buffer.from('<a/>'.repeat(10_000));
    expect(await askedFor(`<md:EntitiesDescriptor ${md}>`, 'xml-limit', filling)).toBeLessThan(21);
  });

  test('one entity that is far too large costs its own place and no other', async () => {
    const service = '<md:AssertionConsumerService Binding="b" Location="l" index="1"/>'.repeat(20_001);
    const large = `<md:EntityDescriptor entityID="urn:large"><md:SPSSODescriptor>${service}</md:SPSSODescriptor></md:EntityDescriptor>`;
    const keys = `<md:EntityDescriptor entityID="urn:keys">${`<a>${'x'.repeat(1_000_000)}</a>`.repeat(3)}</md:EntityDescriptor>`;
    const { index, warnings } = await indexed(
      Buffer.from(`<md:EntitiesDescriptor ${md}>${large}${keys}${evil}</md:EntitiesDescriptor>`),
    );
    expect(index.entities.map(({ entityId }) => entityId)).toEqual(['https://evil.example/sp']);
    expect(warnings.map(({ entityId, message }) => [entityId, message])).toEqual([
      ['urn:large', 'is ignored: it is too large'],
      ['urn:keys', 'is ignored: it is too large'],
    ]);
  });

  test('oddities are told up to a bound', async () => {
    const odd = '<md:EntityDescriptor entityID=""/>'.repeat(5000);
    const { index } = await indexed(Buffer.from(`<md:EntitiesDescriptor ${md}>${evil}${odd}</md:EntitiesDescriptor>`));
    expect(index.warnings).toHaveLength(1001);
    expect(index.warnings.at(-1)?.message).toBe('4000 more oddities are not listed');
  });
});

describe('a signature that does not cover all of it, or not plainly', () => {
  const inSignature = (from: string | RegExp, to: string) => document.replace(signature, signature.replace(from, to));
  const transform = /<ds:Transform [^>]*xml-exc-c14n#"[^>]*>(?:<\/ds:Transform>)?/;
  const other = (algorithm: string) => inSignature(transform, `<ds:Transform Algorithm="${algorithm}"></ds:Transform>`);
  const unsignedGroup = (content: string) =>
    `<md:EntitiesDescriptor ${md} ID="_outer" validUntil="2024-04-09T00:00:00Z">${content}</md:EntitiesDescriptor>`;

  test.each([
    [
      'the ID of the root twice',
      () => document.replace('<md:EntityDescriptor ', '<md:EntityDescriptor ID="_aggregate" '),
    ],
    [
      'moved into an entity',
      () => document.replace(signature, '').replace('</md:EntityDescriptor>', `${signature}</md:EntityDescriptor>`),
    ],
    ['moved into Extensions', () => document.replace(signature, `<md:Extensions>${signature}</md:Extensions>`)],
    ['wrapped in another root', () => unsignedGroup(`${evil}${document}`)],
    [
      'wrapped, with the Signature taken out to the new root',
      () => unsignedGroup(`${signature}${evil}${document.replace(signature, '')}`),
    ],
    ['twice', () => document.replace(signature, signature + signature)],
    ['an entity put in before it', () => document.replace(signature, evil + signature)],
    [
      'an entity put in behind it',
      () => document.replace('</md:EntitiesDescriptor>', `${evil}</md:EntitiesDescriptor>`),
    ],
    [
      'a comment that would hide a part of it',
      () => document.replace('one.example.org/sp"', 'one.example.org.evil.example/sp"'),
    ],
    ['XSLT', () => other('http://www.w3.org/TR/1999/REC-xslt-19991116')],
    ['XPath', () => other('http://www.w3.org/TR/1999/REC-xpath-19991116')],
    ['XPath Filter 2.0', () => other('http://www.w3.org/2002/06/xmldsig-filter2')],
    [
      'RetrievalMethod',
      () =>
        inSignature(
          /<ds:KeyInfo>.*<\/ds:KeyInfo>/s,
          '<ds:KeyInfo><ds:RetrievalMethod URI="http://evil.example/key"/></ds:KeyInfo>',
        ),
    ],
    [
      'HMAC',
      () =>
        inSignature(
          /SignatureMethod Algorithm="[^"]*"/,
          'SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"',
        ),
    ],
    ['a Reference to another document', () => inSignature('URI="#_aggregate"', 'URI="http://evil.example/"')],
    ['two References', () => inSignature(/<ds:Reference .*<\/ds:Reference>/s, '$&$&')],
  ])('%s', async (_, make) => {
    expect(make()).not.toBe(document);
    await expect(indexed(Buffer.from(make()), trusted)).rejects.toEqual(refusal('metadata-signature'));
  });

  test.each([
    ['Transforms', /<ds:Transforms>/, `<ds:Transforms>${'<ds:Transform Algorithm="x"/>'.repeat(5000)}`],
    ['References', /<ds:Reference /, `${'<ds:Reference URI=""/>'.repeat(5000)}<ds:Reference `],
  ])('thousands of %s are refused before any is looked at', async (_, from, to) => {
    await expect(indexed(Buffer.from(inSignature(from, to)), trusted)).rejects.toEqual(refusal('xml-limit'));
  });

  test('a signed child, or a signed entity, says nothing for the unsigned group around it', async () => {
    const made = madeEntity('https://sp.example/sp');
    const entity = { ...made, attributes: { ...made.attributes, ID: '_sp' } };
    for (const child of [document, (await signed(entity, idpSigning)).toString()]) {
      const attempt = indexed(Buffer.from(unsignedGroup(child)), trusted);
      await expect(attempt).rejects.toEqual(refusal('metadata-signature'));
      await expect(attempt).rejects.toThrow(/the document is not signed: its root has no Signature of its own/);
    }
  });
});

test('a comment inside a category does not cut it', async () => {
  const category = `<md:Extensions><a:EntityAttributes xmlns:a="urn:oasis:names:tc:SAML:metadata:attribute"><s:Attribute xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" Name="http://macedir.org/entity-category"><s:AttributeValue>urn:good<!-- -->.evil</s:AttributeValue></s:Attribute></a:EntityAttributes></md:Extensions>`;
  const { index } = await indexed(Buffer.from(evil.replace(/(<md:EntityDescriptor [^>]*>)/, `$1${category}`)));
  expect(index.entities).toMatchObject([{ categories: ['urn:good.evil'] }]);
});

test('an entity that hides in an entity, in Extensions or in anything foreign is none', async () => {
  const hidden = evil.replace('evil', 'hidden').replace(` ${md}`, '');
  const host = evil.replace(/(<md:EntityDescriptor [^>]*>)/, `$1<md:Extensions>${hidden}</md:Extensions>${hidden}`);
  const wrapped = `<md:EntitiesDescriptor ${md}><md:Extensions>${hidden}</md:Extensions><x>${hidden}</x>${host}</md:EntitiesDescriptor>`;
  const { index } = await indexed(Buffer.from(wrapped));
  expect(index.entities.map(({ entityId }) => entityId)).toEqual(['https://evil.example/sp']);
});

test('one changed octet, anywhere: refused, or nothing was changed of what was signed', async () => {
  const octets = Buffer.from(document);
  const { directory } = await indexed(octets, trusted);
  const genuine = readFileSync(join(directory, 'entities'));
  const keyInfo = [document.indexOf('<ds:KeyInfo>'), document.indexOf('</ds:Signature>')].map((at) =>
    Buffer.byteLength(document.slice(0, at)),
  );
  const accepted: number[] = [];
  for (let at = 0; at < octets.length; at += 7) {
    const changed = Buffer.from(octets);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const taken = await indexed(changed, trusted).catch(() => undefined);
    if (taken === undefined) continue;
    accepted.push(at);
    expect(readFileSync(join(taken.directory, 'entities')).equals(genuine)).toBe(true);
  }
  // ds:KeyInfo is in no signature, and nobody believes it.
  expect(accepted.filter((at) => at < (keyInfo[0] ?? 0) || at > (keyInfo[1] ?? 0))).toEqual([]);
});

function replaceOctets(text: string, from: string, to: readonly number[]): Buffer {
  const [before = '', after = ''] = text.split(from);
  return Buffer.concat([Buffer.from(before), Buffer.from(to), Buffer.from(after)]);
}
