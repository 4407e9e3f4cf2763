import { quoteUntrusted } from '@gakumon/terms';
import { parseJson, requireObject, wrong } from './credentialJson.ts';
import type { RelyingParty } from './relyingParty.ts';

/**
 * Validates what the browser says it asked the key (CollectedClientData, WebAuthn 5.8.1; 7.1 steps 7 to 11, 7.2 steps
 * 10 to 14): the kind of question, our very challenge, and a page of ours that was not framed by another site.
 * @param encoded base64url
 * @throws GakumonError `passkey-wrong`
 */
export function validateClientData(
  encoded: string,
  expected: {
    readonly type: 'webauthn.create' | 'webauthn.get';
    readonly challenge: string;
    readonly party: Pick<RelyingParty, 'origin'>;
  },
): void {
  const { type, challenge, origin, crossOrigin, topOrigin } = requireObject(
    parseJson(decodeText(encoded)),
    'clientData',
  );
  if (type !== expected.type) throw wrong(`the type is not ${expected.type}`);
  if (expected.challenge === '' || challenge !== expected.challenge) throw wrong('another challenge was answered');
  if (origin !== expected.party.origin)
    throw wrong(`it was asked from another origin: ${typeof origin === 'string' ? quoteUntrusted(origin) : 'none'}`);
  if ((crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined) {
    throw wrong('the page was framed by another site');
  }
}

function decodeText(encoded: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64url'));
  } catch (error) {
    throw wrong('clientDataJSON is not UTF-8', error);
  }
}
