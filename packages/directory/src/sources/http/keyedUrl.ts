/** Stands for the key while an address is taken apart; no address of an operator holds it. */
const mark = 'gakumonKeyGoesHere';

/** What no key of a person has, and what a server may read as another place once it has decoded it. */
const pathBreaking = /[/\\]|^\.{1,2}$/;

/**
 * Puts a key into an address, in place of every `{key}`, percent-encoded. It stands in the path or behind the `?`.
 * @returns undefined for a key that no address can hold without leading elsewhere: nobody is known by it
 */
export function keyedUrl(template: string, key: string): URL | undefined {
  if (key === '' || key.length > 512 || /\p{C}/u.test(key)) return undefined;
  const encoded = encodeURIComponent(key);
  const marked = new URL(template.replaceAll('{key}', mark));
  if (marked.pathname.includes(mark) && pathBreaking.test(key)) return undefined;
  const url = new URL(template.replaceAll('{key}', encoded));
  // `.{key}` with the key `.` would lead to the folder above
  const isSamePlace = url.origin === marked.origin && url.pathname === marked.pathname.replaceAll(mark, encoded);
  return isSamePlace ? url : undefined;
}

/** An address as it may be logged: without what stands behind the `?`, where some services want a secret. */
export function addressForLog(template: string): string {
  return template.replace(/[?#].*$/s, '').slice(0, 200);
}
