import { algorithms } from '@gakumon/terms';
import fc from 'fast-check';
import { documents, wholeAlphabet } from './documents.ts';
import { signatureTemplate } from './xmlsec.ts';

/** A document to be signed: its Signature lacks the two values. */
export type CorpusCase = { readonly key: 'rsa' | 'p256' | 'p384' | 'p521'; readonly template: string };

const forms = [
  algorithms.exclusiveC14n,
  algorithms.exclusiveC14nWithComments,
  algorithms.c14n,
  algorithms.c14nWithComments,
];
const { rsaSha256, rsaSha384, rsaSha512, ecdsaSha256, ecdsaSha384, ecdsaSha512 } = algorithms;
const methods = {
  rsa: [rsaSha256, rsaSha384, rsaSha512],
  p256: [ecdsaSha256, ecdsaSha512],
  p384: [ecdsaSha384],
  p521: [ecdsaSha512],
};

const rootParts = [
  'xmlns="urn:d"',
  'xmlns=""',
  'xmlns:unused="urn:u"',
  'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
  'xmlns:a="urn:a"',
  'xmlns:𐀀="urn:b"',
  'xml:lang="ja"',
  'xml:space="preserve"',
  'xml:base="a/%C3%A9/"',
  'x:名="&#13;&#9;\r\n\t&#xA; &quot;"',
  "b='>\"&lt;'",
];
/** Each at most once, as attributes must be. */
const nameOf = (part: string): string => part.slice(0, part.indexOf('='));

/** Documents of all kinds, to be signed in all ways that any source is allowed; made from a seed. */
export function corpus(seed: number, count: number): readonly CorpusCase[] {
  return fc.sample(cases(), { seed, numRuns: count });
}

function cases(): fc.Arbitrary<CorpusCase> {
  const body = documents(wholeAlphabet).map((text) => text.replace(/^\uFEFF|^<\?xml[^>]*>\s*/, ''));
  const key = fc.constantFrom<CorpusCase['key'][]>('rsa', 'rsa', 'p256', 'p384', 'p521');
  const template = (signer: CorpusCase['key']): fc.Arbitrary<string> =>
    fc
      .record({
        uri: fc.constantFrom('', '#_1'),
        algorithm: fc.constantFrom(...methods[signer]),
        digest: fc.constantFrom(algorithms.sha256, algorithms.sha384, algorithms.sha512),
        canonicalisation: fc.constantFrom(...forms),
        transform: fc.constantFrom(...forms),
        prefixList: fc.constantFrom(undefined, undefined, '', '#default', 'unused a', '#default x 𐀀 none'),
        prefix: fc.constantFrom<('ds' | '')[]>('ds', ''),
      })
      .map(signatureTemplate);
  return key.chain((signer) =>
    fc
      .record({
        template: template(signer),
        root: fc.uniqueArray(fc.constantFrom(...rootParts), { selector: nameOf, maxLength: 6 }),
        first: fc.constantFrom('', '\r\n', '<!--1-->', '<?pi?>', 'あ𠮷'),
        before: body,
        after: fc.oneof(fc.constant(''), body),
        // Far more than the parsers take at once
        long: fc.oneof(
          { weight: 40, arbitrary: fc.constant('') },
          { weight: 1, arbitrary: fc.constant(`<long>${'長い𠮷\t&amp;\r\n'.repeat(40_000)}</long>`) },
        ),
        outside: fc.constantFrom('', '<?pi outside?>', '<!--c-->\r\n', '<?a?>\t<!--c--><?b c?>'),
        start: fc.constantFrom('', '\uFEFF', '<?xml version="1.0" encoding="UTF-8"?>\r\n'),
      })
      .map((one) => {
        const root = one.root.map((part) => ` ${part}`).join('');
        const content = `${one.first}${one.before}${one.template}${one.long}${one.after}`;
        const text = `${one.outside}<x:root${root} xmlns:x="urn:x"\n ID='_1'>${content}</x:root>${one.outside}`;
        return { key: signer, template: one.start + text };
      }),
  );
}
