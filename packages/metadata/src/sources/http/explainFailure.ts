import type { GakumonError } from '@gakumon/terms';
import type { RefusalOptions, Refuse } from './refusal.ts';

type Explanation = readonly [what: string, hint?: string];

const unknownIssuer: Explanation = [
  "the server's certificate is of an issuer that this machine does not know",
  'if it is right, put the issuer into a PEM file and name it in NODE_EXTRA_CA_CERTS',
];
const selfSigned: Explanation = [
  "the server's certificate is self-signed",
  'use the address that the federation publishes; if this one is right, name its certificate in NODE_EXTRA_CA_CERTS',
];
const noTls: Explanation = ['the server does not speak TLS there', 'compare the port, and https with http'];
const tooEarly: Explanation = ['the connection ended before the document did'];
const notHttp: Explanation = ['the answer breaks the rules of HTTP/1.1', 'is the port the one of the web server?'];
const blocked = 'does a firewall between here and there let it through, or does it want a proxy (metadata.proxy)?';

const explanations: Readonly<Record<string, Explanation>> = {
  ENOTFOUND: ['there is no such host', 'compare the address, and whether this machine can resolve names'],
  EAI_AGAIN: ['the host name cannot be resolved now', 'can this machine reach its DNS server?'],
  ECONNREFUSED: ['the connection was refused', 'compare the port; is the server up?'],
  EHOSTUNREACH: ['there is no way to the host', blocked],
  ENETUNREACH: ['there is no way to its network', 'does this machine need a route, or a proxy (metadata.proxy)?'],
  ETIMEDOUT: ['no connection', blocked],
  ECONNRESET: tooEarly,
  EPIPE: tooEarly,
  CERT_HAS_EXPIRED: ["the server's certificate has expired", "compare this machine's clock, or tell the federation"],
  CERT_NOT_YET_VALID: ["the server's certificate is not valid yet", "compare this machine's clock"],
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  HPE_HEADER_OVERFLOW: ['the header of the answer is too large'],
  HPE_CLOSED_CONNECTION: ['more came than Content-Length says'],
  HPE_INVALID_CONSTANT: notHttp,
  Z_DATA_ERROR: ['what came is not gzip, though the server says so, or was damaged on its way'],
  Z_BUF_ERROR: ['the gzip ended before the document did'],
};

/** Says in words that an operator can act on why an exchange failed. */
export function explainFailure(error: unknown, refuse: Refuse): GakumonError {
  const code = codeOf(error);
  const options = (hint: string | undefined): RefusalOptions => ({ hint, cause: error });
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = namesOf(error);
    return refuse(`the server's certificate is for another name${names}`, options('compare the host of the address'));
  }
  const [what, hint] = explanations[code] ?? (code.startsWith('HPE_') ? notHttp : [`failed: ${code}`]);
  return refuse(what, options(hint));
}

function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return String(code ?? message);
}

/** As the certificate writes them, for example `DNS:example.ac.jp`; it has passed as a certificate, but is bounded. */
function namesOf(error: unknown): string {
  const names = (error as { cert?: { subjectaltname?: unknown } }).cert?.subjectaltname;
  return typeof names === 'string' ? ` (${JSON.stringify(names.slice(0, 200))})` : '';
}
