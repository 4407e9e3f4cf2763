import type { OtpVerdict } from '@gakumon/mfa';
import { type ErrorCode, GakumonError } from '@gakumon/terms';

/** A code that proved nothing. */
export type OtpRefusal = Exclude<OtpVerdict, { kind: 'accepted' }>;

const codes = { wrong: 'otp-wrong', used: 'otp-used', drifted: 'otp-drift' } as const satisfies Record<
  OtpRefusal['kind'],
  ErrorCode
>;

/**
 * What a person is told of a code that proved nothing.
 * @param remaining how many tries are left before the login starts again; undefined where nobody counts
 */
export function refusalOf(verdict: OtpRefusal, remaining?: number): GakumonError {
  const left = remaining === undefined ? {} : { remaining };
  if (verdict.kind !== 'drifted') return new GakumonError(codes[verdict.kind], { data: left });
  const minutes = Math.max(1, Math.round(verdict.seconds / 60));
  return new GakumonError('otp-drift', { data: { ...left, minutes, slow: verdict.slow ? 1 : 0 } });
}
