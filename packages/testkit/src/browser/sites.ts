/** Suffixes under which strangers register names, as far as tests use them (publicsuffix.org has all). */
const publicSuffixes = ['ac.jp', 'co.jp', 'ed.jp', 'go.jp', 'ne.jp', 'or.jp', 'ac.uk', 'co.uk'];

/**
 * The site of an address: scheme and registrable domain (HTML, "obtain a site"). Ports and subdomains don't matter;
 * an IP address and `localhost` are sites of their own.
 */
export function siteOf(url: URL): string {
  return `${url.protocol}//${registrableDomain(url.hostname)}`;
}

function registrableDomain(hostname: string): string {
  if (/^[\d.]+$/.test(hostname) || hostname.startsWith('[')) return hostname;
  const labels = hostname.split('.');
  const suffixLength = publicSuffixes.some((suffix) => hostname.endsWith(`.${suffix}`)) ? 2 : 1;
  return labels.slice(-(suffixLength + 1)).join('.');
}

export type FetchSite = 'none' | 'same-origin' | 'same-site' | 'cross-site';

/** Sec-Fetch-Site of one request (Fetch Metadata): the most distant relation between its initiator and any address on its way. */
export function fetchSite(initiator: URL | undefined, way: readonly URL[]): FetchSite {
  if (initiator === undefined) return 'none';
  if (way.some((url) => siteOf(url) !== siteOf(initiator))) return 'cross-site';
  return way.some((url) => url.origin !== initiator.origin) ? 'same-site' : 'same-origin';
}

/**
 * The Referer that a page's policy allows (Referrer Policy, "determine request's referrer").
 * @param policy the header of the page; the last value that is known counts
 */
export function refererFor(page: URL, target: URL, policy: string | undefined): string | undefined {
  const chosen =
    policy
      ?.split(',')
      .map((value) => value.trim())
      .findLast((value) => value in rules) ?? 'strict-origin-when-cross-origin';
  const whole = `${page.origin}${page.pathname}${page.search}`;
  const origin = `${page.origin}/`;
  const downgrade = page.protocol === 'https:' && target.protocol !== 'https:';
  const sameOrigin = page.origin === target.origin;
  return rules[chosen as keyof typeof rules]({ whole, origin, downgrade, sameOrigin });
}

type Situation = {
  readonly whole: string;
  readonly origin: string;
  readonly downgrade: boolean;
  readonly sameOrigin: boolean;
};

const rules = {
  'no-referrer': (): undefined => undefined,
  origin: ({ origin }: Situation) => origin,
  'unsafe-url': ({ whole }: Situation) => whole,
  'same-origin': ({ whole, sameOrigin }: Situation) => (sameOrigin ? whole : undefined),
  'strict-origin': ({ origin, downgrade }: Situation) => (downgrade ? undefined : origin),
  'no-referrer-when-downgrade': ({ whole, downgrade }: Situation) => (downgrade ? undefined : whole),
  'origin-when-cross-origin': ({ whole, origin, sameOrigin }: Situation) => (sameOrigin ? whole : origin),
  'strict-origin-when-cross-origin': ({ whole, origin, sameOrigin, downgrade }: Situation) => {
    if (sameOrigin) return whole;
    return downgrade ? undefined : origin;
  },
};

/**
 * The Origin header of a POST (Fetch, "append a request Origin header"): `null` when the page's policy hides it or the
 * request went through another origin on its way.
 */
export function originFor(page: URL | undefined, way: readonly URL[], policy: string | undefined): string {
  const target = way.at(-1);
  if (page === undefined || target === undefined) return 'null';
  const foreign = way.slice(0, -1).some((url) => url.origin !== page.origin);
  const left = foreign && way.slice(0, -1).some((url, at) => url.origin !== way[at + 1]?.origin);
  if (left) return 'null';
  return refererFor(page, target, policy) === undefined ? 'null' : page.origin;
}
