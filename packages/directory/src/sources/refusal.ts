import { GakumonError, isGakumonError } from '@gakumon/terms';

/** @returns GakumonError `source-unavailable`, for staff */
export function sourceAway(name: string, what: string, cause?: unknown): GakumonError {
  return new GakumonError('source-unavailable', { detail: `source ${name}: ${what}`, data: { source: name }, cause });
}

/** What an error says, in words for the operator. */
export function wordsOf(error: unknown): string {
  if (isGakumonError(error)) return error.detail ?? error.code;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const known = explanations[String(code)];
  if (known !== undefined) return known;
  return typeof message === 'string' && message !== '' ? message.slice(0, 300) : String(code ?? 'failed');
}

const unknownIssuer = 'its certificate is of an issuer that is not known here: name the issuer with ca';
const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name service does not answer',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'nothing answers there',
  HPE_HEADER_OVERFLOW: 'the header of the answer is too large',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownIssuer,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  EPROTO: 'it does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
};
