import { createHash, type KeyObject } from 'node:crypto';
import { isGakumonError } from '@gakumon/terms';
import { describeWith, testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type CorpusCase, corpus } from '../judges/corpus.ts';
import { signTemplate } from '../judges/signTemplate.ts';
import { type JudgeKey, makeJudgeKey, signAllWithXmlsec, valueIn, verifyAllWithXmlsec } from '../judges/xmlsecBatch.ts';
import { type VerifiedXml, verifyEnveloped } from './verifyEnveloped.ts';

const seed = Number(process.env.GAKUMON_CORPUS_SEED ?? Date.now() % 1e9);
const count = Number(process.env.GAKUMON_CORPUS_DOCUMENTS ?? 100);
const flipsPerDocument = 12;
const askedAlone = Math.ceil(count / 10);

type Signed = CorpusCase & { readonly document: string };

const limits = { bytes: 8_388_608, piece: 4_194_304 };

/** @returns what was verified, or the code of the refusal */
function judge(document: string | Uint8Array, key: KeyObject, allowInclusive = true): VerifiedXml | string {
  try {
    return verifyEnveloped(Buffer.from(document), [key], { ...limits, allowEmptyUri: true, allowInclusive });
  } catch (error) {
    if (isGakumonError(error)) return error.code;
    throw error;
  }
}

function digestOf({ document }: Signed, { bytes }: VerifiedXml): boolean {
  const hash = /xml(?:enc|dsig-more)#(sha\d+)"/.exec(document)?.[1] ?? '';
  return createHash(hash).update(bytes).digest('base64') === valueIn(document, 'DigestValue').replace(/\s/g, '');
}

describeWith(['xmlsec1'], `a corpus of ${count} documents, made from the seed ${seed}`, () => {
  const cases = corpus(seed, count);
  let keys: Record<CorpusCase['key'], JudgeKey>;
  let signed: readonly Signed[];

  const batches = (documents: readonly Signed[]): [JudgeKey, readonly Signed[]][] =>
    Object.entries(keys).map(([name, key]) => [key, documents.filter((one) => one.key === name)]);

  beforeAll(
    async () => {
      keys = {
        rsa: await makeJudgeKey('', testKeys.spSigning.privateKeyPem),
        p256: await makeJudgeKey('', testKeys.spSigningEc.privateKeyPem),
        p384: await makeJudgeKey('secp384r1'),
        p521: await makeJudgeKey('secp521r1'),
      };
      const groups = Object.entries(keys).map(async ([name, key]) => {
        const group = cases.filter((one) => one.key === name);
        if (group.length === 0) return [];
        const documents = await signAllWithXmlsec(
          group.map((one) => one.template),
          key,
        );
        return group.map((one, index) => ({ ...one, document: documents[index] ?? '' }));
      });
      signed = (await Promise.all(groups)).flat();
    },
    60_000 + count * 100,
  );

  test('what xmlsec1 signs is verified here, by the same digest', () => {
    for (const one of signed) {
      const verified = judge(one.document, keys[one.key].publicKey);
      if (typeof verified === 'string') throw new Error(`${verified}: ${one.document}`);
      if (!digestOf(one, verified)) throw new Error(`another digest: ${one.document}`);
    }
    expect(signed).toHaveLength(count);
  });

  test('the inclusive form is for those who ask for it', () => {
    const inclusive = signed.filter(({ document }) => document.includes('REC-xml-c14n-20010315'));
    const verdicts = inclusive.map((one) => judge(one.document, keys[one.key].publicKey, false));
    expect(new Set(verdicts)).toEqual(new Set(['signature-structure']));
  });

  test(
    'what is signed here is verified by xmlsec1',
    async () => {
      for (const [key, documents] of batches(signed)) {
        const ours = documents.map((one) => signTemplate(one.template, key));
        if (ours.length > 0) expect(await verifyAllWithXmlsec(ours, key)).toMatchObject({ code: 0 });
      }
    },
    60_000 + count * 100,
  );

  test('another key verifies none of them', () => {
    const { publicKey } = testKeys.stranger;
    expect(new Set(signed.map((one) => judge(one.document, publicKey)))).toEqual(new Set(['signature-invalid']));
  });

  describe('with a flipped byte', () => {
    test(
      'a document is refused, or says the same and xmlsec1 thinks so too',
      async () => {
        let asked = 0;
        for (const [key, documents] of batches(signed)) {
          const believed = documents.flatMap((one) =>
            flipsOf(one).filter((flipped) => isSame(one, flipped, key) && hasUris(flipped)),
          );
          if (believed.length === 0) continue;
          const { code, stdout, stderr } = await verifyAllWithXmlsec(believed, key);
          const verified = `${stdout}\n${stderr}`.match(/^OK$/gm)?.length ?? 0;
          if (code !== 0) throw new Error(`xmlsec1 refuses ${Buffer.from(believed[verified] ?? '')}`);
          asked += verified;
        }
        expect(asked).toBeGreaterThan(0);
      },
      60_000 + count * 100,
    );

    test(
      'what is refused for its digest or signature is refused by xmlsec1',
      async () => {
        let asked = 0;
        for (const [index, one] of signed.slice(0, askedAlone).entries()) {
          const { [one.key]: key } = keys;
          const flipped = flipsOf(one).find((bytes) => judge(bytes, key.publicKey) === 'signature-invalid');
          if (flipped === undefined) continue;
          const { code } = await verifyAllWithXmlsec([flipped], key);
          if (code === 0) throw new Error(`xmlsec1 verifies ${index}: ${Buffer.from(flipped)}`);
          asked++;
        }
        expect(asked).toBeGreaterThan(askedAlone / 2);
      },
      60_000 + count * 100,
    );
  });
});

/** @throws Error when something else than what was signed is believed */
function isSame(one: Signed, flipped: Uint8Array, { publicKey }: JudgeKey): boolean {
  const verdict = judge(flipped, publicKey);
  if (typeof verdict === 'string') return false;
  const genuine = judge(one.document, publicKey) as VerifiedXml;
  if (!Buffer.from(verdict.bytes).equals(genuine.bytes)) throw new Error(`believed: ${Buffer.from(flipped)}`);
  return true;
}

/**
 * Whether all namespace names look like URIs. Where one does not, libxml2 refuses to write a canonical form, even one
 * that doesn't show it.
 */
function hasUris(document: Uint8Array): boolean {
  const names = [
    ...Buffer.from(document)
      .toString()
      .matchAll(/xmlns(?::\S+?)?\s*=\s*(["'])(.*?)\1/g),
  ];
  return names.every(([, , name = '']) => /^(?:[a-z][a-z0-9+.-]*:(?:[\w:/.#-]|%[0-9a-f]{2})*)?$/i.test(name));
}

/** The document with one byte changed, at places and by masks that its own digest chooses. */
function flipsOf({ document }: Signed): Uint8Array[] {
  return Array.from({ length: flipsPerDocument }, (_, index) => {
    const bytes = Buffer.from(document);
    const random = createHash('sha256').update(`${index}`).update(document).digest();
    const at = random.readUInt32BE(0) % bytes.length;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (random.readUInt8(4) % 8));
    return bytes;
  });
}
