import { hash } from 'node:crypto';
import { algorithms, ns } from '@gakumon/terms';
import { element, type OutElement } from '../xml/outElement.ts';
import { writeAround, writeCanonical } from '../xml/writer.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from './algorithms.ts';
import { type SigningKey, signOctets } from './octets.ts';

const declaration = ` xmlns:ds="${ns.ds}"`;

/**
 * Signs an element as SAML Core 5.4 says: enveloped, one Reference to its ID, exclusive canonicalisation. Since the
 * writer's text is canonical, that is one hash and one signature. ds:Signature goes after saml:Issuer, else first.
 * @param out must have an ID attribute
 * @returns the signed element, in canonical form itself, to be sent or to be inserted with `rawXml`
 * @throws TypeError when there is no ID
 */
export async function signEnveloped(out: OutElement, key: SigningKey): Promise<string> {
  return (await signEnvelopedToOctets(out, key)).toString('utf8');
}

/** The same as the octets that go on the wire, which are made anyway: they are what is hashed. */
export async function signEnvelopedToOctets(out: OutElement, key: SigningKey): Promise<Buffer> {
  const id = out.attributes.ID;
  if (id === undefined) throw new TypeError(`${out.name} has no ID to be signed by`);
  const [before, after] = writeAround(out, signaturePosition(out));
  const signed = Buffer.from(before + after, 'utf8');
  const digest = hash(signatureAlgorithms[key.algorithm].hash, signed, 'base64');
  const signedInfo = templates[key.algorithm](id, digest);
  const octets = Buffer.from(`<ds:SignedInfo${declaration}>${signedInfo}`, 'utf8');
  const value = (await signOctets(octets, key)).toString('base64');
  const signature =
    `<ds:Signature${declaration}><ds:SignedInfo>${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>` +
    `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${key.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>` +
    '</ds:Signature>';
  const cut = Buffer.byteLength(before);
  return Buffer.concat([signed.subarray(0, cut), Buffer.from(signature, 'utf8'), signed.subarray(cut)]);
}

function signaturePosition(out: OutElement): number {
  const first = out.children[0];
  return typeof first === 'object' && first.kind === 'out' && first.name === 'saml:Issuer' ? 1 : 0;
}

type Template = (id: string, digest: string) => string;

/** All that is the same in every SignedInfo, written once; without its start tag, which differs by where it stands. */
const templates = Object.fromEntries(
  Object.keys(signatureAlgorithms).map((name) => [name, createTemplate(name as SignatureAlgorithm)]),
) as Record<SignatureAlgorithm, Template>;

function createTemplate(algorithm: SignatureAlgorithm): Template {
  const { uri, digestUri } = signatureAlgorithms[algorithm];
  const transform = (Algorithm: string): OutElement => element('ds:Transform', { Algorithm });
  const text = writeCanonical(
    element(
      'ds:SignedInfo',
      {},
      element('ds:CanonicalizationMethod', { Algorithm: algorithms.exclusiveC14n }),
      element('ds:SignatureMethod', { Algorithm: uri }),
      element(
        'ds:Reference',
        { URI: '#{id}' },
        element('ds:Transforms', {}, transform(algorithms.enveloped), transform(algorithms.exclusiveC14n)),
        element('ds:DigestMethod', { Algorithm: digestUri }),
        element('ds:DigestValue', {}, '{digest}'),
      ),
    ),
  );
  const [start = '', middle = '', end = ''] = text.split(/\{id\}|\{digest\}/);
  const head = start.slice(start.indexOf('>') + 1);
  return (id, digest) => head + id + middle + digest + end;
}
