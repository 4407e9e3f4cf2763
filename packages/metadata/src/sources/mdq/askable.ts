const longest = 1024;

/**
 * Whether an entityID may be asked for at all: an absolute URI of at most 1024 characters (SAML Core 8.3.6) without white
 * space, control, invisible or half characters. Anybody can send a browser here with any other.
 */
export function isAskable(entityId: string): boolean {
  return entityId.length <= longest && /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\p{C}]+$/u.test(entityId);
}

/**
 * The address to ask for one entity at (draft-young-md-query 3.1, 3.2.1): `<base>/entities/` and the percent-encoded
 * entityID. The form `{sha1}…` of draft-young-md-query-saml 2.3 names the same entity by less, for SAML artifacts,
 * which name a party by such a hash only; whoever has the entityID has no use for it.
 * @param base with or without a slash at its end, and perhaps with a query
 */
export function queryAddress(base: string, entityId: string): string {
  const address = new URL(base);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/entities/${encodeURIComponent(entityId)}`;
  return address.href;
}
