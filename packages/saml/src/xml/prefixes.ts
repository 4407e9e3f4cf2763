import { ns } from '@gakumon/terms';

/** The prefixes that Gakumon writes; one name for one namespace, so that what it writes is canonical by construction. */
export const prefixes = {
  saml: ns.saml,
  samlp: ns.samlp,
  ds: ns.ds,
  md: ns.md,
  mdui: ns.mdui,
  mdrpi: ns.mdrpi,
  mdattr: ns.mdattr,
  alg: ns.alg,
  init: ns.init,
  idpdisc: ns.idpdisc,
  shibmd: ns.shibmd,
  xenc: ns.xenc,
  xenc11: ns.xenc11,
  ec: ns.ec,
  remd: ns.remd,
} as const;

export type Prefix = keyof typeof prefixes;

/** @throws TypeError when the prefix is not in the table */
export function namespaceOf(prefix: string): string {
  if (!Object.hasOwn(prefixes, prefix)) throw new TypeError(`no namespace is known for the prefix ${prefix}`);
  return prefixes[prefix as Prefix];
}
