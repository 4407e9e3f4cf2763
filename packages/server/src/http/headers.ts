import type { RequestHandler } from 'express';
import helmet from 'helmet';

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
 * The headers of every answer (law 9). Cross-Origin-Opener-Policy stays away: a service that opens its login in a small
 * window would lose that window.
 * @param https whether the base URL is https, where HSTS makes sense
 */
export function protectiveHeaders(https: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { ...directives, 'form-action': ["'self'"] } },
    crossOriginOpenerPolicy: false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
}

/**
 * The policy of pages whose path ends at a service provider. It has no `form-action`: browsers enforce that one on every
 * redirect after the form as well, and where a service redirects to is not ours to know.
 */
export const leavingPolicy: RequestHandler = helmet.contentSecurityPolicy({ useDefaults: false, directives });
