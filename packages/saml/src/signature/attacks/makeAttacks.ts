import { sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithms, type ErrorCode, ns } from '@gakumon/terms';
import { signOctets } from '../octets.ts';
import {
  closeRequest,
  digestOf,
  hmacWithPublicKey,
  makeSignature,
  openRequest,
  reference,
  type SignatureOptions,
  spKey,
  strangerKey,
  transform,
  usualTransforms,
} from './genuine.ts';

/** Writes every folder beside this file anew: `node makeAttacks.ts`. All but RSA's own results is by hand. */
type Attack = {
  readonly document: string;
  readonly code: ErrorCode;
  readonly why: string;
  /** xmlsec1 finds the signature good: the danger is real. */
  readonly xmlsec1?: 'verifies';
};

const host = 'sp.example.ac.jp';
const evilHost = 'evil.example';
const unsigned = openRequest('_genuine', host) + closeRequest;
const genuineSignature = await makeSignature(unsigned);
const genuine = openRequest('_genuine', host) + genuineSignature + closeRequest;
const evil = (id: string, content: string, more = ''): string =>
  openRequest(id, evilHost, more) + content + closeRequest;
const extensions = (content: string): string => `<samlp:Extensions>${content}</samlp:Extensions>`;
const object = (content: string): string => `<ds:Object xmlns:ds="${ns.ds}">${content}</ds:Object>`;

/** A genuine request whose signature is made otherwise; it would be valid if the way were allowed. */
async function signedBy(options: SignatureOptions, code: ErrorCode, why: string): Promise<Attack> {
  return {
    document: openRequest('_genuine', host) + (await makeSignature(unsigned, options)) + closeRequest,
    code,
    why,
  };
}

const structure = 'signature-structure';

/** A request with other attributes on its root, all of it signed. */
async function signedWith(more: string, why: string): Promise<Attack> {
  const document = openRequest('_genuine', host, more);
  return { document: document + (await makeSignature(document + closeRequest)) + closeRequest, code: structure, why };
}

const wrapping: Record<string, Attack> = {
  'signed-copy-in-extensions': {
    document: evil('_evil', genuineSignature + extensions(unsigned)),
    code: structure,
    why: 'the Reference is to the copy, the root is the attacker’s',
    xmlsec1: 'verifies',
  },
  'signed-copy-with-its-signature-in-extensions': {
    document: evil('_evil', extensions(genuine)),
    code: 'signature-missing',
    why: 'the root itself has no Signature',
    xmlsec1: 'verifies',
  },
  'signed-copy-in-object': {
    document: evil('_evil', genuineSignature.replace('</ds:Signature>', `${object(unsigned)}</ds:Signature>`)),
    code: structure,
    why: 'the copy is in ds:Object of the root’s Signature',
  },
  'signed-copy-in-key-info': {
    document: evil(
      '_evil',
      genuineSignature.replace('</ds:Signature>', `<ds:KeyInfo>${unsigned}</ds:KeyInfo></ds:Signature>`),
    ),
    code: structure,
    why: 'the copy is in ds:KeyInfo, which nobody canonicalises',
  },
  'duplicated-id-below': {
    document: evil('_genuine', genuineSignature + extensions(unsigned)),
    code: structure,
    why: 'two elements have the ID that the Reference names',
  },
  'duplicated-id-before': {
    document:
      openRequest('_genuine', evilHost).replace('>', `>${extensions(unsigned)}`) + genuineSignature + closeRequest,
    code: structure,
    why: 'the copy comes before the Signature',
  },
  'id-of-another-spelling': {
    document: evil('_evil', genuineSignature, ' Id="_genuine"'),
    code: structure,
    why: 'the root has ID and Id',
  },
  'xml-id': {
    document: evil('_evil', genuineSignature, ' xml:id="_genuine"'),
    code: structure,
    why: 'the root has ID and xml:id',
  },
  'two-ids-both-signed': await signedWith(' xml:id="_other"', 'which of the two an application takes is its guess'),
  'id-of-two-spellings-both-signed': await signedWith(
    ' Id="_other"',
    'which of the two an application takes is its guess',
  ),
  'xml-id-below': {
    document: genuine.replace(closeRequest, `${extensions('<x xml:id="_genuine"/>')}${closeRequest}`),
    code: structure,
    why: 'another element claims the ID by xml:id',
  },
  'wrapped-in-another-root': {
    document: `<x>${evil('_evil', '')}${genuine}</x>`,
    code: 'signature-missing',
    why: 'the signed request is not the document',
    xmlsec1: 'verifies',
  },
  'sibling-root': { document: evil('_evil', '') + genuine, code: 'xml-malformed', why: 'two roots' },
  'signature-of-a-child': {
    document: genuine.replace(genuineSignature, extensions(genuineSignature)),
    code: 'signature-missing',
    why: 'the Signature is not a direct child of the root',
  },
  'signature-of-another-namespace': {
    document: genuine.replace(`xmlns:ds="${ns.ds}"`, 'xmlns:ds="urn:other"'),
    code: 'signature-missing',
    why: 'what looks like a Signature is none',
  },
  'two-signatures': {
    document: genuine.replace(closeRequest, genuineSignature + closeRequest),
    code: structure,
    why: 'it would be anybody’s guess which one counts',
  },
  'changed-acs': { document: genuine.replace(host, evilHost), code: 'signature-invalid', why: 'the digest differs' },
};

const forged = (await makeSignature(unsigned)).replace(
  '<ds:SignedInfo>',
  () => `<ds:SignedInfo>${reference('#_genuine', digestOf(evil('_genuine', '')))}</ds:SignedInfo><ds:SignedInfo>`,
);
const signedInfos: Record<string, Attack> = {
  'two-signed-infos': {
    document: evil('_genuine', forged),
    code: structure,
    why: 'one SignedInfo is verified, another one is read (CVE-2025-29774)',
  },
  'comment-in-digest': {
    document: evil(
      '_genuine',
      genuineSignature.replace('<ds:DigestValue>', `<ds:DigestValue><!--${digestOf(evil('_genuine', ''))}-->`),
    ),
    code: 'signature-invalid',
    why: 'the comment is not hashed, so it must not be read either (CVE-2025-29775)',
  },
  'two-references': await signedBy(
    { moreReferences: reference('#_genuine', digestOf(unsigned)) },
    structure,
    'one Reference',
  ),
  'text-in-signed-info': await signedBy({ moreReferences: 'x' }, structure, 'nothing that has no meaning'),
  'large-signed-info': await signedBy({ moreReferences: '\n'.repeat(20_000) }, structure, 'one Reference is small'),
  'output-length': await signedBy(
    { methodContent: '<ds:HMACOutputLength>8</ds:HMACOutputLength>' },
    structure,
    'a signature of eight bits is soon guessed (CVE-2009-0217)',
  ),
  'content-in-digest-method': await signedBy(
    { digestMethodContent: '<x></x>' },
    structure,
    'nothing that has no meaning',
  ),
  'key-info-first': {
    document: genuine.replace('<ds:SignedInfo>', '<ds:KeyInfo></ds:KeyInfo><ds:SignedInfo>'),
    code: structure,
    why: 'the order of the schema',
  },
  'no-signature-value': {
    document: genuine.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, ''),
    code: structure,
    why: 'nothing to verify',
  },
  'empty-signature-value': {
    document: genuine.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, '<ds:SignatureValue></ds:SignatureValue>'),
    code: structure,
    why: 'nothing to verify',
  },
  'junk-in-base64': {
    document: genuine.replace('<ds:SignatureValue>', '<ds:SignatureValue>!*'),
    code: structure,
    why: 'lenient decoders skip what is no base64',
  },
  'object-in-signature': {
    document: genuine.replace('</ds:Signature>', `${object('x')}</ds:Signature>`),
    code: structure,
    why: 'nothing in ds:Object is ever needed',
    xmlsec1: 'verifies',
  },
};

const uris: Record<string, Attack> = {
  'reference-elsewhere': await signedBy({ uri: '#_other' }, structure, 'the Reference is not to the root'),
  'reference-to-empty-uri': await signedBy({ uri: '' }, structure, 'messages are referenced by ID'),
  'reference-to-a-url': await signedBy({ uri: 'http://127.0.0.1:9/' }, structure, 'nothing is ever fetched'),
  'reference-to-a-file': await signedBy({ uri: 'file:///etc/hostname' }, structure, 'nothing is ever opened'),
  'reference-by-xpointer': await signedBy({ uri: "#xpointer(id('_genuine'))" }, structure, 'one way to name the root'),
  'reference-without-uri': {
    document: genuine.replace(' URI="#_genuine"', ''),
    code: structure,
    why: 'left to the application, which has nothing to say',
  },
  'id-that-reads-as-xpointer': {
    document:
      openRequest('xpointer(/)', host) +
      (await makeSignature(openRequest('xpointer(/)', host) + closeRequest, { uri: '#xpointer(/)' })) +
      closeRequest,
    code: structure,
    why: 'an ID is a name, so that a Reference has one meaning',
  },
};

const xslt =
  '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/">x</xsl:template></xsl:stylesheet>';
const xpath = '<ds:XPath>not(//*)</ds:XPath>';
const transforms: Record<string, Attack> = Object.fromEntries(
  await Promise.all(
    Object.entries({
      'xslt-transform': transform('http://www.w3.org/TR/1999/REC-xslt-19991116', xslt) + usualTransforms,
      'xslt-instead-of-canonicalisation':
        transform(algorithms.enveloped) + transform('http://www.w3.org/TR/1999/REC-xslt-19991116', xslt),
      'xpath-transform':
        transform('http://www.w3.org/TR/1999/REC-xpath-19991116', xpath) + transform(algorithms.exclusiveC14n),
      'xpath-filter-transform':
        transform(algorithms.enveloped) + transform('http://www.w3.org/2002/06/xmldsig-filter2', xpath),
      'base64-transform': transform(algorithms.enveloped) + transform('http://www.w3.org/2000/09/xmldsig#base64'),
      'inclusive-canonicalisation':
        transform(algorithms.enveloped) + transform('http://www.w3.org/TR/2001/REC-xml-c14n-20010315'),
      'canonicalisation-twice': transform(algorithms.exclusiveC14n).repeat(2),
      'transforms-in-the-other-order': transform(algorithms.exclusiveC14n) + transform(algorithms.enveloped),
      'enveloped-transform-twice': transform(algorithms.enveloped) + usualTransforms,
      'enveloped-transform-alone': transform(algorithms.enveloped),
      'canonicalisation-alone': transform(algorithms.exclusiveC14n),
      'no-transforms': '',
      'prefix-list-of-thousands':
        transform(algorithms.enveloped) +
        transform(
          algorithms.exclusiveC14n,
          `<ec:InclusiveNamespaces xmlns:ec="${ns.ec}" PrefixList="${'p '.repeat(2000)}"></ec:InclusiveNamespaces>`,
        ),
      'content-in-enveloped-transform': transform(algorithms.enveloped, xpath) + transform(algorithms.exclusiveC14n),
    }).map(async ([name, value]) => [
      name,
      await signedBy({ transforms: value }, structure, 'only the two transforms of SAML Core 5.4.4'),
    ]),
  ),
);

const weak: Record<string, Attack> = {
  'hmac-with-public-key': await signedBy(
    { signatureMethod: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256', sign: hmacWithPublicKey },
    'signature-algorithm',
    'everybody knows the public key',
  ),
  'sha1-signature': await signedBy(
    { signatureMethod: algorithms.rsaSha1, sign: (octets) => sign('sha1', octets, spKey.privateKey) },
    'signature-algorithm',
    'collisions of SHA-1 can be bought',
  ),
  'sha1-digest': await signedBy(
    { digestMethod: algorithms.sha1, digest: digestOf(unsigned, 'sha1') },
    'signature-algorithm',
    'collisions of SHA-1 can be bought',
  ),
  'unknown-canonicalisation': await signedBy(
    { canonicalisation: 'urn:none' },
    structure,
    'SignedInfo as the sender likes',
  ),
  'key-in-key-info': await signedBy(
    {
      sign: (octets) => signOctets(octets, strangerKey),
      keyInfo: `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${strangerKey.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
    },
    'signature-invalid',
    'the message brings its own key',
  ),
};

const bomb = Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join('');
const doctypes: Record<string, Attack> = {
  doctype: { document: `<!DOCTYPE samlp:AuthnRequest>${genuine}`, code: 'xml-doctype', why: 'no DOCTYPE' },
  'entity-bomb': {
    document: `<!DOCTYPE a [<!ENTITY e0 "ha">${bomb}]>${evil('_evil', extensions('&e9;'))}`,
    code: 'xml-doctype',
    why: 'a thousand million laughs',
  },
  'external-entity': {
    document: `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>${evil('_evil', extensions('&e;'))}`,
    code: 'xml-doctype',
    why: 'nothing is ever opened',
  },
  'id-by-attribute-list': {
    document: `<!DOCTYPE samlp:AuthnRequest [<!ATTLIST samlp:Extensions x ID #IMPLIED>]>${evil('_evil', `${genuineSignature}<samlp:Extensions x="_genuine"/>`)}`,
    code: 'xml-doctype',
    why: 'a DOCTYPE can name other attributes IDs',
  },
};

for (const [name, { document, ...expected }] of Object.entries({
  ...wrapping,
  ...signedInfos,
  ...uris,
  ...transforms,
  ...weak,
  ...doctypes,
})) {
  const folder = join(import.meta.dirname, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'document.xml'), document);
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
}
await mkdir(join(import.meta.dirname, 'none'), { recursive: true });
await writeFile(join(import.meta.dirname, 'none', 'document.xml'), genuine);
