import { signEnvelopedToOctets, writeCanonical } from '@gakumon/saml';
import type { Idp } from '../idp.ts';
import type { Delivery } from '../types.ts';
import type { SignedResponse, UnsignedResponse } from './stages.ts';

/** Signs a response, errors too (saml2int); only one that is signed inside may go without. */
export async function signResponse(idp: Pick<Idp, 'signingKey'>, unsigned: UnsignedResponse): Promise<SignedResponse> {
  const { response, isSignedInside, ...addressed } = unsigned;
  const octets = isSignedInside
    ? Buffer.from(writeCanonical(response), 'utf8')
    : await signEnvelopedToOctets(response, idp.signingKey);
  return { ...addressed, octets } as unknown as SignedResponse;
}

/** Encodes a signed response for HTTP-POST (SAML Bindings 3.5.4). */
export function encodeResponse(signed: SignedResponse): Delivery {
  return {
    assertionConsumerService: signed.assertionConsumerService,
    samlResponse: signed.octets.toString('base64'),
    relayState: signed.relayState,
  };
}
