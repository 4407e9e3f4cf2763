import { X509Certificate } from 'node:crypto';
import { bindings, ns } from '@gakumon/terms';
import { attributeOf, childrenOf, onlyChild, parseDocument, textOf } from './dom.ts';

export type ReadIdp = {
  readonly idpEntityId: string;
  /** PEM of every key that may sign. Spread into what `read` expects. */
  readonly idpCertificates: readonly string[];
  /** Binding → Location. */
  readonly sso: Readonly<Record<string, string>>;
  readonly redirectSso: string;
};

/**
 * What an SP takes from an IdP's metadata.
 * @param xml an md:EntityDescriptor with one IDPSSODescriptor; its own signature is not looked at
 */
export function readIdpMetadata(xml: string): ReadIdp {
  const entity = parseDocument(xml).documentElement;
  const role = onlyChild(entity, ns.md, 'IDPSSODescriptor');
  const sso = Object.fromEntries(
    childrenOf(role, ns.md, 'SingleSignOnService').map((service): [string, string] => [
      attributeOf(service, 'Binding') ?? '',
      attributeOf(service, 'Location') ?? '',
    ]),
  );
  return {
    idpEntityId: attributeOf(entity, 'entityID') ?? '',
    idpCertificates: childrenOf(role, ns.md, 'KeyDescriptor')
      .filter((descriptor) => attributeOf(descriptor, 'use') !== 'encryption')
      .flatMap(listCertificates),
    sso,
    redirectSso: sso[bindings.redirect] ?? '',
  };
}

function listCertificates(descriptor: Element): string[] {
  const data = childrenOf(onlyChild(descriptor, ns.ds, 'KeyInfo'), ns.ds, 'X509Data');
  return data
    .flatMap((element) => childrenOf(element, ns.ds, 'X509Certificate'))
    .map((element) => new X509Certificate(Buffer.from(textOf(element), 'base64')).toString());
}
