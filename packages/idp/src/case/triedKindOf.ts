import type { ErrorCode } from '@gakumon/terms';

/** What somebody tried to prove when they were refused; undefined for refusals of another kind. */
export function triedKindOf(
  code: ErrorCode,
): 'password' | 'new password' | 'one-time code' | 'passkey' | 'authenticator' | undefined {
  if (code.startsWith('password-')) return 'new password';
  if (code.startsWith('credentials-') || code.startsWith('account-')) return 'password';
  if (code.startsWith('otp-')) return 'one-time code';
  if (code.startsWith('passkey-')) return 'passkey';
  return code.startsWith('authenticator-') ? 'authenticator' : undefined;
}
