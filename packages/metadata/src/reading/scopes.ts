import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { ns, quoteUntrusted } from '@gakumon/terms';
import { readExactText } from './elementText.ts';
import type { Scope } from './identityProvider.ts';
import { keepFirst } from './keepFirst.ts';
import { parseBoolean } from './schemaTypes.ts';
import type { Warn } from './warnings.ts';

const mostScopes = 1000;
const longestScope = 255;

/** Reads the shibmd:Scope elements of an IdP's role and of its entity. */
export function readScopes(entity: XmlElement, role: XmlElement, warn: Warn): readonly Scope[] {
  const elements = [role, entity].flatMap((holder) => {
    const extensions = findChild(holder, ns.md, 'Extensions');
    return extensions === undefined ? [] : listChildren(extensions, ns.shibmd, 'Scope');
  });
  const scopes = new Map<string, Scope>();
  for (const el of keepFirst(elements, mostScopes, warn)) {
    const scope = readScope(el, warn);
    if (scope !== undefined) scopes.set(JSON.stringify(scope), scope);
  }
  return [...scopes.values()];
}

/** A domain, or what stands after the @ of a scoped value: some federations' scopes have one of their own. */
const plainScope = /^[\p{L}\p{N}_]([\p{L}\p{M}\p{N}._@-]*[\p{L}\p{N}])?$/u;

function readScope(el: XmlElement, warn: Warn): Scope | undefined {
  const value = readExactText(el, longestScope, warn);
  if (value === undefined || value === '') return undefined;
  const isRegexp = parseBoolean(attributeOf(el, 'regexp')) ?? false;
  if (isRegexp || plainScope.test(value)) return { value, isRegexp };
  warn(`Scope ${quoteUntrusted(value)} is no domain and is ignored`);
  return undefined;
}
