import { parseXml } from '@gakumon/saml';
import { expect, test } from '@jest/globals';
import { detachedElement } from './detachedElement.ts';

test('an element whose texts are copies says the same', () => {
  const xml =
    '<a:one xmlns:a="urn:a" ID="a text that is long &amp; 学術認証フェデレーション 𠮷">text that is long enough<!--c--><b short="x"/></a:one>';
  const element = parseXml(Buffer.from(xml));
  expect(detachedElement(element)).toEqual(element);
});
