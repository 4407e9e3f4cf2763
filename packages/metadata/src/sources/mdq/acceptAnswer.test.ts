import { expect, test } from '@jest/globals';
import { judgedAt } from '../../fixtures/indexed.ts';
import { madeEntity, unsigned } from '../../fixtures/madeMetadata.ts';
import { madeSource } from '../../library/testing/madeSource.ts';
import { noFilter } from '../../trust/filter.ts';
import { acceptAnswer } from './acceptAnswer.ts';

const entityId = 'https://sp.example/sp';
const saying = (value: string): string =>
  `<md:Extensions><a:EntityAttributes xmlns:a="urn:oasis:names:tc:SAML:metadata:attribute"><s:Attribute xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" Name="http://macedir.org/entity-category"><s:AttributeValue>${value}</s:AttributeValue></s:Attribute></a:EntityAttributes></md:Extensions>`;

function answer(extensions: string): ReturnType<typeof acceptAnswer> {
  const document = unsigned(madeEntity(entityId, { validUntil: judgedAt + 1000 }))
    .toString()
    .replace(/(<md:EntityDescriptor [^>]*>)/, `$1${extensions}`);
  const filter = { ...noFilter, exceptCategories: ['urn:hide'] };
  const source = madeSource('mdq', { kind: 'mdq', url: 'https://mdq.example/' }, { filter, unsigned: true });
  return acceptAnswer(Buffer.from(document), entityId, { source, certificates: [], now: judgedAt });
}

test('attack: a category that is to be kept out cannot hide in an answer', () => {
  expect(answer(saying('urn:other')).serviceProvider.entityId).toBe(entityId);
  for (const said of [saying('urn:hide'), saying('urn:a') + saying('urn:hide'), saying('urn:hide urn:b')]) {
    expect(() => answer(said)).toThrow(expect.objectContaining({ code: 'metadata-empty', data: { filtered: 1 } }));
  }
});
