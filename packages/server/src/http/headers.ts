import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** Headers as node takes them: name, value, name, value. */
export type HeaderList = readonly string[];

/** The headers that every answer has, by where its path may lead; written once, when the door is made. */
export type ProtectiveHeaders = {
  readonly own: HeaderList;
  /**
   * For pages whose path ends at a service provider. Their policy has no `form-action`: browsers enforce that one on every
   * redirect after the form as well, and where a service redirects to is not ours to know.
   */
  readonly leaving: HeaderList;
};

/** Our own pages need nothing but our own files; Pico's icons are `data:` images in its stylesheet. */
const directives = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'script-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/**
 * What law 9 asks of answers. Cross-Origin-Opener-Policy stays away: a service that opens its login in a small window
 * would lose that window.
 * @param https whether the base URL is https, where HSTS makes sense
 */
export function protectiveHeaders(https: boolean): ProtectiveHeaders {
  return {
    own: listHeaders(https, { ...directives, 'form-action': ["'self'"] }),
    leaving: listHeaders(https, directives),
  };
}

function listHeaders(https: boolean, policy: Readonly<Record<string, string[]>>): HeaderList {
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: policy },
    crossOriginOpenerPolicy: false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  protect(request, response, () => undefined);
  return response.getHeaderNames().flatMap((name) => [name, String(response.getHeader(name))]);
}
