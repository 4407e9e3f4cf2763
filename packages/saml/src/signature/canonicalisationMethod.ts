import { algorithms, ns, quoteUntrusted } from '@gakumon/terms';
import type { CanonicalForm } from '../xml/canonicalForm.ts';
import { attributeOf } from '../xml/elements.ts';
import type { XmlElement } from '../xml/nodes.ts';
import { algorithmOf, refuseStructure, requireElementsOnly } from './structure.ts';

type Method = { readonly kind: 'exclusive' | 'inclusive'; readonly comments: boolean };

const methods: Readonly<Record<string, Method>> = {
  [algorithms.exclusiveC14n]: { kind: 'exclusive', comments: false },
  [algorithms.exclusiveC14nWithComments]: { kind: 'exclusive', comments: true },
  [algorithms.c14n]: { kind: 'inclusive', comments: false },
  [algorithms.c14nWithComments]: { kind: 'inclusive', comments: true },
};

const maximumPrefixes = 64;

/**
 * Reads a CanonicalizationMethod or Transform that must name a canonical form.
 * @param allowInclusive whether Canonical XML 1.0 will do
 * @throws GakumonError `signature-structure` for another algorithm or unknown content
 */
export function parseCanonicalForm(method: XmlElement, allowInclusive: boolean): CanonicalForm {
  const algorithm = algorithmOf(method);
  const { kind, comments } = findMethod(algorithm, allowInclusive) ?? refuseAlgorithm(method, algorithm);
  const content = requireElementsOnly(method);
  if (content.length === 0) return { kind, comments };
  if (kind === 'inclusive') refuseStructure(`content of ${method.localName}`);
  return { kind, comments, inclusivePrefixes: parseInclusiveNamespaces(content, method) };
}

function findMethod(algorithm: string, allowInclusive: boolean): Method | undefined {
  const method = Object.hasOwn(methods, algorithm) ? methods[algorithm] : undefined;
  return method?.kind === 'inclusive' && !allowInclusive ? undefined : method;
}

function refuseAlgorithm(method: XmlElement, algorithm: string): never {
  refuseStructure(`${method.localName} ${quoteUntrusted(algorithm, 120)}`);
}

function parseInclusiveNamespaces([inclusive, ...more]: readonly XmlElement[], method: XmlElement): string[] {
  if (more.length > 0 || inclusive?.namespace !== ns.ec || inclusive.localName !== 'InclusiveNamespaces') {
    refuseStructure(`content of ${method.localName}`);
  }
  if (requireElementsOnly(inclusive).length > 0) refuseStructure('content of InclusiveNamespaces');
  const list = attributeOf(inclusive, 'PrefixList') ?? '';
  const prefixes = list.split(/[ \t\r\n]+/).filter((prefix) => prefix !== '');
  if (prefixes.length > maximumPrefixes) refuseStructure('too many prefixes');
  return prefixes.map((prefix) => (prefix === '#default' ? '' : prefix));
}
