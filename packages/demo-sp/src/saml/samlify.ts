import { algorithms, statuses } from '@gakumon/terms';
import { type AssertionFacts, type ResponseFacts, readAssertionFacts, readResponseFacts } from './facts.ts';
import { type Refused, refused } from './refusal.ts';
import { checkResponse, parseStrict } from './strictXml.ts';

/** What came, with every signature verified. Who it is for and when is not judged yet. */
export type Verified =
  | { readonly kind: 'assertion'; readonly response: ResponseFacts; readonly assertion: AssertionFacts }
  | { readonly kind: 'status'; readonly response: ResponseFacts };

export type SamlSide = {
  readonly idpEntityId: string;
  /** The IdP's HTTP-Redirect SSO address. */
  readonly destination: string;
  /** The address that carries a request, signed by HTTP-Redirect (SAML Bindings 3.4.4.1). */
  loginUrl(request: { readonly id: string; readonly xml: string }, relayState: string): string;
  /** @param samlResponse the form field as it came */
  verify(samlResponse: string): Promise<Verified | Refused>;
};

/** How far the clocks may be apart, milliseconds. */
export const skew = 60_000;

/**
 * The SAML of the demonstration, by samlify, which is loaded here on first use because it takes a while.
 * @param idpMetadata the IdP's own metadata; who fetched it vouches for it
 */
export async function openSamlSide(settings: {
  readonly spMetadata: string;
  readonly privateKey: string;
  readonly idpMetadata: string;
}): Promise<SamlSide> {
  const { Constants, IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } = await import('samlify');
  setSchemaValidator({ validate: async (xml) => complainAbout(xml) });
  const idp = IdentityProvider({ metadata: settings.idpMetadata, isAssertionEncrypted: true });
  // samlify refuses to sign for an IdP that does not demand it; signing is never wrong.
  idp.entityMeta.isWantAuthnRequestsSigned = () => true;
  const sp = ServiceProvider({
    metadata: settings.spMetadata,
    privateKey: settings.privateKey,
    encPrivateKey: settings.privateKey,
    requestSignatureAlgorithm: algorithms.rsaSha256,
    clockDrifts: [-skew, skew],
  });
  const isSigned = (xml: string): [boolean, string | null] =>
    SamlLib.verifySignature(xml, { metadata: idp.entityMeta, signatureAlgorithm: algorithms.rsaSha256 });

  const openAssertion = async (samlResponse: string): Promise<AssertionFacts | Refused> => {
    const { samlContent } = await sp.parseLoginResponse(idp, 'post', { body: { SAMLResponse: samlResponse } });
    // With the assertion in the clear the Response's signature no longer fits, so this is the assertion's own.
    const [verified, assertion] = isSigned(samlContent);
    if (!verified || assertion === null) return refused('signature', 'the assertion is not signed by the IdP');
    const parsed = parseStrict(assertion);
    return parsed.kind === 'refused' ? parsed : readAssertionFacts(parsed.root);
  };

  return {
    idpEntityId: idp.entityMeta.getEntityID(),
    destination: String(idp.entityMeta.getSingleSignOnService('redirect')),
    loginUrl: ({ id, xml }, relayState) =>
      sp.createLoginRequest(idp, Constants.wording.binding.redirect, {
        relayState,
        customTagReplacement: () => ({ id, context: xml }),
      }).context,
    verify: async (samlResponse) => {
      const xml = decode(samlResponse);
      if (typeof xml !== 'string') return xml;
      const parsed = parseStrict(xml);
      if (parsed.kind === 'refused') return parsed;
      const problem = checkResponse(parsed.root);
      if (problem !== undefined) return problem;
      try {
        if (!isSigned(xml)[0]) return refused('signature', 'the Response is not signed by the IdP');
        const response = readResponseFacts(parsed.root);
        if (response.status.code !== statuses.success) return { kind: 'status', response };
        const assertion = await openAssertion(samlResponse);
        return 'kind' in assertion ? assertion : { kind: 'assertion', response, assertion };
      } catch (error) {
        return explain(error);
      }
    },
  };
}

/** What samlify asks of every message: nothing passes that the strict parser refuses. */
function complainAbout(xml: string): string {
  const parsed = parseStrict(xml);
  if (parsed.kind === 'refused') throw new TypeError(parsed.detail);
  return 'ok';
}

function decode(samlResponse: string): string | Refused {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(samlResponse)) return refused('unreadable', 'not base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(samlResponse, 'base64'));
  } catch {
    return refused('unreadable', 'not UTF-8');
  }
}

/** samlify throws plain Errors whose message is a code. */
function explain(error: unknown): Refused {
  const message = Error.isError(error) ? error.message : String(error);
  if (message.includes('ISSUER')) return refused('issuer', message);
  if (message.includes('DECRYPT') || message.includes('ENCRYPTED')) return refused('decryption', message);
  if (message === 'ERR_SUBJECT_UNCONFIRMED' || message === 'ERR_EXPIRED_SESSION') return refused('expired', message);
  return refused('signature', message);
}
