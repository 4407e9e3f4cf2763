export type Cookie = {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  /** No Domain attribute: goes back to this very host only. */
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none';
  /** Milliseconds; undefined for a session cookie. */
  readonly expires: number | undefined;
};

/** How a request comes about, as far as cookies care. */
export type Situation = {
  readonly url: URL;
  readonly method: string;
  /** Begun by a page of another site. */
  readonly crossSite: boolean;
};

export type CookieJar = {
  /** Takes the Set-Cookie lines of an answer; returns the lines that a browser would drop, with the reason. */
  store(url: URL, lines: readonly string[]): readonly string[];
  /** The Cookie header; undefined when no cookie fits. */
  header(situation: Situation): string | undefined;
  list(): readonly Cookie[];
  remove(name: string): void;
  clear(): void;
};

/** A browser's cookies by RFC 6265bis: hosts, paths, Secure, SameSite (Lax when nothing is said), the `__Host-` rules. */
export function cookieJar(now: () => number = Date.now): CookieJar {
  let cookies: readonly Cookie[] = [];
  const alive = (): readonly Cookie[] => cookies.filter(({ expires }) => expires === undefined || expires > now());
  return {
    store: (url, lines) =>
      lines.flatMap((line) => {
        const cookie = parseSetCookie(line, url, now());
        const problem = whyRefused(cookie, url);
        if (problem !== undefined) return [`${line} — ${problem}`];
        cookies = [...cookies.filter((other) => !isSame(other, cookie)), cookie];
        return [];
      }),
    header: (situation) => {
      const fitting = alive().filter((cookie) => fits(cookie, situation));
      const byPath = fitting.toSorted((a, b) => b.path.length - a.path.length);
      return byPath.length === 0 ? undefined : byPath.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
    list: alive,
    remove: (name) => {
      cookies = cookies.filter((cookie) => cookie.name !== name);
    },
    clear: () => {
      cookies = [];
    },
  };
}

const isSame = (a: Cookie, b: Cookie): boolean =>
  a.name === b.name && a.host === b.host && a.path === b.path && a.hostOnly === b.hostOnly;

function fits(cookie: Cookie, { url, method, crossSite }: Situation): boolean {
  const hostFits = url.hostname === cookie.host || (!cookie.hostOnly && url.hostname.endsWith(`.${cookie.host}`));
  const pathFits =
    url.pathname === cookie.path ||
    url.pathname.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`);
  if (!hostFits || !pathFits || (cookie.secure && url.protocol !== 'https:')) return false;
  // A Lax cookie crosses sites only when the person goes there (a top-level navigation) by a safe method.
  if (!crossSite || cookie.sameSite === 'none') return true;
  return cookie.sameSite === 'lax' && (method === 'GET' || method === 'HEAD');
}

function parseSetCookie(line: string, url: URL, now: number): Cookie {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const at = part.indexOf('=');
      return at < 0 ? [part.toLowerCase(), ''] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)];
    }),
  );
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase();
  const path = attributes.get('path');
  const equals = pair.indexOf('=');
  return {
    name: pair.slice(0, Math.max(equals, 0)),
    value: pair.slice(equals + 1),
    host: domain || url.hostname,
    hostOnly: !domain,
    path: path?.startsWith('/') ? path : defaultPath(url.pathname),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSiteOf(attributes.get('samesite')),
    expires: expiryOf(attributes, now),
  };
}

const defaultPath = (pathname: string): string => pathname.slice(0, pathname.lastIndexOf('/')) || '/';

function sameSiteOf(value: string | undefined): Cookie['sameSite'] {
  const lower = value?.toLowerCase();
  return lower === 'strict' || lower === 'none' ? lower : 'lax';
}

function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number | undefined {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? undefined : expires;
}

function whyRefused(cookie: Cookie, url: URL): string | undefined {
  const isHostItself = url.hostname === cookie.host;
  if (cookie.name === '') return 'no name';
  if (!isHostItself && !url.hostname.endsWith(`.${cookie.host}`)) return 'for another host';
  if (!isHostItself && !cookie.host.includes('.')) return 'for a whole top-level domain';
  if (cookie.secure && url.protocol !== 'https:') return 'Secure over http';
  if (cookie.sameSite === 'none' && !cookie.secure) return 'SameSite=None without Secure';
  const name = cookie.name.toLowerCase();
  if (name.startsWith('__secure-') && !cookie.secure) return '__Secure- without Secure';
  if (name.startsWith('__host-') && !(cookie.secure && cookie.hostOnly && cookie.path === '/')) {
    return '__Host- needs Secure, Path=/ and no Domain';
  }
  return undefined;
}
