import { otpauthUri } from '@gakumon/mfa';
import type { Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';

/** A TOTP secret as a person takes it over into an app. Never logged. */
export type TotpKey = {
  /** Base32. */
  readonly secret: string;
  /** The same in groups of four, to be typed. */
  readonly grouped: string;
  /** `otpauth:` with the organization as issuer, for the QR code. */
  readonly uri: string;
};

export function totpKeyOf({ relyingParty }: Pick<Idp, 'relyingParty'>, username: Username, secret: string): TotpKey {
  return {
    secret,
    grouped: secret.match(/.{1,4}/g)?.join(' ') ?? '',
    uri: otpauthUri({ secret, issuer: relyingParty.name, account: username }),
  };
}
