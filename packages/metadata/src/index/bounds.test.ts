import { statSync } from 'node:fs';
import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { indexed } from '../fixtures/indexed.ts';
import { madeEntity, unsigned } from '../fixtures/madeMetadata.ts';
import { noFilter } from '../trust/filter.ts';
import { createContexts } from './contexts.ts';
import { createEntityList, type UnhashedEntity } from './entityList.ts';

const category = 'http://macedir.org/entity-category';
const attributeOf = (...values: readonly string[]): string =>
  `<s:Attribute xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" Name="${category}">${values
    .map((value) => `<s:AttributeValue>${value}</s:AttributeValue>`)
    .join('')}</s:Attribute>`;
const container = (content: string): string =>
  `<a:EntityAttributes xmlns:a="urn:oasis:names:tc:SAML:metadata:attribute">${content}</a:EntityAttributes>`;
const extensions = (content: string): string => `<md:Extensions>${content}</md:Extensions>`;
const saying = (...values: readonly string[]): string => extensions(container(attributeOf(...values)));

/** An SP with this content before its role. */
const entity = (name: string, content = ''): string =>
  unsigned(madeEntity(`https://${name}.example/sp`))
    .toString()
    .replace(/(<md:EntityDescriptor [^>]*>)/, `$1${content}`);
const group = (content: string, attributes = ''): string =>
  `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ${attributes}>${content}</md:EntitiesDescriptor>`;
const named = (entities: readonly { readonly entityId: string }[]): readonly (string | undefined)[] =>
  entities.map(({ entityId }) => /\/\/(.*)\.example/.exec(entityId)?.[1]);

describe('attack: a category that is to be kept out cannot hide', () => {
  const other = '<s:Attribute xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" Name="urn:o"/>';
  const wrapped = `<s:Assertion xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion">${attributeOf('urn:hide')}</s:Assertion>`;
  const manifold = Array.from({ length: 1200 }, (_, at) => `urn:o:${at}`);
  const places: readonly (readonly [string, string])[] = [
    ['plainly', saying('urn:hide')],
    [
      'in the second EntityAttributes',
      extensions(container(attributeOf('urn:a')) + container(attributeOf('urn:hide'))),
    ],
    ['in the second Extensions', saying('urn:a') + saying('urn:hide')],
    ['with another word', saying('urn:hide urn:b')],
    ['among blanks', saying('\n  urn:hide\t')],
    ['behind too many attributes', extensions(container(other.repeat(201) + attributeOf('urn:hide')))],
    ['behind too many values', saying(...manifold, 'urn:hide')],
    ['in an assertion', extensions(container(wrapped))],
    ['in an element inside the value', saying('<x>urn:hide</x>')],
  ];
  const filter = { ...noFilter, exceptCategories: ['urn:hide'] };

  test.each(places)('of an entity, %s', async (_, said) => {
    const { index } = await indexed(Buffer.from(group(entity('hidden', said) + entity('open', saying('urn:hidden')))), {
      filter,
    });
    expect(named(index.entities)).toEqual(['open']);
  });

  test.each([...places, ['behind too much', extensions(container(other.repeat(20_001)))] as const])(
    'of a group, %s',
    async (_, said) => {
      const inner = group(said + group(entity('hidden')));
      const { index } = await indexed(Buffer.from(group(inner + entity('open'))), { filter });
      expect(named(index.entities)).toEqual(['open']);
    },
  );
});

describe('what is in an index can be read later', () => {
  const readable: readonly (readonly [string, string])[] = [
    ['many elements', entity('sp', `<x>${'<x/>'.repeat(49_000)}</x>`)],
    ['quotes, which are longer in canonical form', entity('sp', `<x y='${'"'.repeat(300_000)}'/>`)],
    ['text that was in pieces', entity('sp', `<x>${`${'x'.repeat(400_000)}<!-- -->`.repeat(4)}</x>`)],
    [
      'more xml: attributes around than one element may have',
      Array.from({ length: 10 }, (_, at) => at).reduce(
        (inside, at) => group(inside, Array.from({ length: 10 }, (_x, no) => `xml:a${at}x${no}="1"`).join(' ')),
        entity('sp'),
      ),
    ],
    ['a long xml: attribute around', group(entity('sp'), `xml:x='${'"'.repeat(100_000)}'`)],
  ];

  test.each(readable)('%s', async (_, document) => {
    const { index, read } = await indexed(Buffer.from(document));
    expect(index.entities.map((one) => read(one).element.localName)).toEqual(['EntityDescriptor']);
  });

  test('attack: more elements than anybody reads cost an entity its place at once, with a warning', async () => {
    const { index, warnings } = await indexed(
      Buffer.from(group(entity('many', `<x>${'<x/>'.repeat(50_001)}</x>`) + entity('sp'))),
    );
    expect(named(index.entities)).toEqual(['sp']);
    expect(warnings).toEqual([{ entityId: 'https://many.example/sp', message: 'is ignored: it is too large' }]);
  });
});

describe('attack: a small document has no large index', () => {
  const row: UnhashedEntity = {
    entityId: toEntityId('https://sp.example/sp'),
    offset: 0,
    length: 1,
    context: 0,
    isServiceProvider: true,
    isIdentityProvider: false,
    names: {},
    categories: ['urn:own'],
    registrationAuthority: undefined,
    validUntil: undefined,
  };
  const tooLarge = expect.objectContaining({ code: 'xml-limit' });

  test('what a group says is kept once for all its members', async () => {
    const categories = Array.from({ length: 500 }, (_, at) => `urn:example:category:${at}`);
    const members = Array.from({ length: 300 }, (_, at) => entity(`sp${at}`));
    const document = group(saying(...categories) + members.join('') + entity('more', saying('urn:own')));
    const { index, directory } = await indexed(Buffer.from(document));
    expect(statSync(join(directory, 'index.json')).size).toBeLessThan(document.length);
    expect(new Set(index.entities.map((one) => one.categories)).size).toBe(2);
    expect(index.entities[0]?.categories).toEqual(categories);
    expect(index.entities.at(-1)?.categories).toEqual([...categories, 'urn:own']);
  });

  test('that is of members each with a category of its own and a thousand of a group', () => {
    const list = createEntityList();
    list.add(row, 0, 999_999);
    expect(() => list.add(row, 1, 999_999)).toThrow(tooLarge);
  });

  test('that tells too much of all entities', () => {
    const list = createEntityList();
    const long = { ...row, names: { en: 'x'.repeat(17_000_000) } };
    list.add(long, 0, 0);
    expect(() => list.add(long, 1, 0)).toThrow(tooLarge);
  });

  test('that tells too much of what is around them', async () => {
    const saying = (value: string) => group(entity('sp'), `xml:x="${value}"`);
    await expect(indexed(Buffer.from(saying('x'.repeat(300_000))))).rejects.toEqual(tooLarge);
    const contexts = createContexts();
    const around = (at: number) =>
      contexts.place({
        declarations: [{ prefix: `p${at}`, namespace: 'x'.repeat(200_000) }],
        xmlAttributes: [],
        inherited: {
          validUntil: undefined,
          registrationAuthority: undefined,
          entityAttributes: { categories: [], subjectIdRequirement: undefined, attributes: [] },
        },
      });
    for (let at = 0; at < 40; at += 1) around(at);
    expect(() => [40, 41, 42].map(around)).toThrow(tooLarge);
  });
});
