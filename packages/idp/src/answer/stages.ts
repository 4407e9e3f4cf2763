import type { OutElement } from '@gakumon/saml';
import type { Brand } from '@gakumon/terms';

/** A samlp:Response that nobody has signed yet; it cannot be delivered. */
export type UnsignedResponse = Brand<
  {
    readonly response: OutElement;
    /** The assertion in it carries a signature, and the SP wants none around it. */
    readonly isSignedInside: boolean;
    readonly assertionConsumerService: string;
    readonly relayState: string | undefined;
  },
  'UnsignedResponse'
>;

/** A samlp:Response with its signature, as the UTF-8 that is sent. */
export type SignedResponse = Brand<
  { readonly octets: Buffer; readonly assertionConsumerService: string; readonly relayState: string | undefined },
  'SignedResponse'
>;
