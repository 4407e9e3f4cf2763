/** The value of one cookie in a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** A Set-Cookie line: this host only, not for scripts, Lax; Secure and `__Host-` wherever it is reached by https. */
export function setCookie(name: string, value: string, maxAge?: number): string {
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  const secure = name.startsWith('__Host-') ? '; Secure' : '';
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${age}${secure}`;
}

export type CookieNames = { readonly browser: string; readonly login: string; readonly language: string };

/** Over http no browser keeps a `__Host-` cookie, so on loopback they go without. */
export function cookieNames(baseUrl: string): CookieNames {
  const prefix = baseUrl.startsWith('https:') ? '__Host-' : '';
  return {
    browser: `${prefix}gakumon-demo-browser`,
    login: `${prefix}gakumon-demo-login`,
    language: `${prefix}gakumon-demo-language`,
  };
}
