import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { algorithms, attributeNameFormats, type Clock, type IdMaker, nameIdFormats } from '@gakumon/terms';
import { type TestKey, testKeys } from '../keys/testKeys.ts';
import { sequentialIds } from '../time.ts';
import { type AuthnRequestOptions, writeAuthnRequest } from './authnRequest.ts';
import { type Expectation, type ReadResponse, readResponse } from './response.ts';
import { signDocument, usualAlgorithm } from './signatures.ts';
import { type SpMetadataOptions, writeSpMetadata } from './spMetadata.ts';

export type PretendSpOptions = {
  readonly entityId?: string;
  /** Its AssertionConsumerServices; the first is the default. */
  readonly acs?: readonly string[];
  readonly signingKey?: TestKey;
  /** None: nothing can be encrypted for it. */
  readonly encryptionKeys?: readonly TestKey[];
  readonly encryptionMethods?: readonly string[];
  readonly authnRequestsSigned?: boolean;
  readonly wantAssertionsSigned?: boolean;
  readonly names?: Readonly<Record<string, string>>;
  readonly nameIdFormats?: readonly string[];
  readonly requestedAttributes?: SpMetadataOptions['requestedAttributes'];
  readonly requestInitiator?: string;
  readonly entityExtensions?: string;
  readonly clock?: Clock;
  readonly newId?: IdMaker;
};

/** How a request is sent. */
export type SendOptions = AuthnRequestOptions & {
  readonly relayState?: string;
  /** Sign it: with its own key (`true`) or as said. Unsigned when undefined, unless the metadata promises signed ones. */
  readonly sign?: boolean | { readonly key?: TestKey; readonly algorithm?: string };
};

export type SentByRedirect = { readonly id: string; readonly xml: string; readonly url: string };
export type SentByPost = {
  readonly id: string;
  readonly xml: string;
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
};

export type PretendSp = {
  readonly entityId: string;
  readonly acs: string;
  /** Its md:EntityDescriptor. */
  metadata(): string;
  /** An AuthnRequest by HTTP-Redirect (SAML Bindings 3.4.4.1). */
  redirectTo(sso: string, options?: SendOptions): SentByRedirect;
  /** An AuthnRequest by HTTP-POST (SAML Bindings 3.5.4). */
  postTo(sso: string, options?: SendOptions): SentByPost;
  /**
   * Reads an answer with every check of a careful SP.
   * @param samlResponse the form field SAMLResponse
   * @param expected at least the ID of the request, and who the IdP is
   * @throws Error naming the check that failed
   */
  read(
    samlResponse: string,
    expected: Pick<Expectation, 'requestId' | 'idpEntityId' | 'idpCertificates'> & Partial<Expectation>,
  ): ReadResponse;
};

/** A service provider that shares no code with Gakumon: it writes by hand, and reads by xmldom, xml-crypto and node:crypto. */
export function pretendSp(options: PretendSpOptions = {}): PretendSp {
  const self = withDefaults(options);
  const { entityId, acs, clock, decryptionKeys } = self;
  return {
    entityId,
    acs,
    metadata: () => writeSpMetadata(metadataOptions(options, self)),
    redirectTo: (sso, sent = {}) => {
      const { id, xml } = writeRequest(self, sso, sent);
      const query = redirectQuery(xml, sent.relayState, chooseSigner(self, sent));
      return { id, xml, url: `${sso}${sso.includes('?') ? '&' : '?'}${query}` };
    },
    postTo: (sso, sent = {}) => {
      const { id, xml } = writeRequest(self, sso, sent);
      const by = chooseSigner(self, sent);
      const message = by === undefined ? xml : signDocument(xml, by.key, by.algorithm);
      const fields = { SAMLRequest: Buffer.from(message).toString('base64') };
      const { relayState } = sent;
      return {
        id,
        xml: message,
        action: sso,
        fields: relayState === undefined ? fields : { ...fields, RelayState: relayState },
      };
    },
    read: (samlResponse, expected) =>
      readResponse(samlResponse, {
        spEntityId: entityId,
        acs,
        decryptionKeys,
        now: clock(),
        skew: 0,
        requireSignedResponse: true,
        requireSignedAssertion: options.wantAssertionsSigned ?? false,
        requireEncryption: decryptionKeys.length > 0,
        nameFormats: [attributeNameFormats.uri],
        ...expected,
      }),
  };
}

type Self = ReturnType<typeof withDefaults>;

function withDefaults(options: PretendSpOptions) {
  const acsList = options.acs ?? ['https://sp.example.org/Shibboleth.sso/SAML2/POST'];
  return {
    entityId: options.entityId ?? 'https://sp.example.org/shibboleth',
    acsList,
    acs: acsList[0] ?? '',
    clock: options.clock ?? Date.now,
    newId: options.newId ?? sequentialIds('_request'),
    signingKey: options.signingKey ?? testKeys.spSigning,
    decryptionKeys: options.encryptionKeys ?? [testKeys.spEncryption],
    signs: options.authnRequestsSigned ?? false,
  };
}

function writeRequest(self: Self, destination: string, sent: SendOptions): { id: string; xml: string } {
  const id = sent.id ?? self.newId();
  const defaults = { id, now: self.clock(), issuer: self.entityId, destination, acs: self.acs };
  return { id, xml: writeAuthnRequest(sent, defaults) };
}

function chooseSigner(self: Self, sent: SendOptions): { key: TestKey; algorithm: string } | undefined {
  const wish = sent.sign ?? self.signs;
  if (wish === false) return undefined;
  const { key = self.signingKey, algorithm = usualAlgorithm(key) } = wish === true ? {} : wish;
  return { key, algorithm };
}

/**
 * The query of an HTTP-Redirect message, the signature over the very octets that are sent (SAML Bindings 3.4.4.1).
 * @param by undefined: unsigned
 */
export function redirectQuery(
  xml: string,
  relayState: string | undefined,
  by: { readonly key: TestKey; readonly algorithm: string } | undefined,
): string {
  const parts = [`SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`];
  if (relayState !== undefined) parts.push(`RelayState=${encodeURIComponent(relayState)}`);
  if (by === undefined) return parts.join('&');
  parts.push(`SigAlg=${encodeURIComponent(by.algorithm)}`);
  const octets = parts.join('&');
  return `${octets}&Signature=${encodeURIComponent(signOctets(octets, by).toString('base64'))}`;
}

function signOctets(octets: string, by: { readonly key: TestKey; readonly algorithm: string }): Buffer {
  const hash = /sha(1|256|384|512)$/.exec(by.algorithm)?.[0] ?? 'sha256';
  return sign(hash, Buffer.from(octets), { key: by.key.privateKey, dsaEncoding: 'ieee-p1363' });
}

const metadataOptions = (options: PretendSpOptions, self: Self): SpMetadataOptions => ({
  entityId: self.entityId,
  acs: self.acsList,
  signingCertificates: [self.signingKey.certificate],
  encryptionCertificates: self.decryptionKeys.map((key) => key.certificate),
  encryptionMethods: options.encryptionMethods ?? [algorithms.aes128Gcm, algorithms.rsaOaepMgf1p],
  authnRequestsSigned: options.authnRequestsSigned,
  wantAssertionsSigned: options.wantAssertionsSigned,
  names: options.names ?? { ja: '練習用サービス', en: 'Practice service' },
  nameIdFormats: options.nameIdFormats ?? [nameIdFormats.transient],
  requestedAttributes: options.requestedAttributes ?? [],
  requestInitiator: options.requestInitiator,
  entityExtensions: options.entityExtensions ?? '',
});
