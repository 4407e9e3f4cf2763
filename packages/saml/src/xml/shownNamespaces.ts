import { GakumonError } from '@gakumon/terms';
import type { XmlDeclaration } from './nodes.ts';

/** Prefix to namespace; an empty prefix is the default namespace. */
export type NamespaceContext = ReadonlyMap<string, string>;

/** The namespaces that the open elements show in a canonical form. */
export type ShownNamespaces = {
  /** Changes with every `enter` and `leave`. */
  readonly shown: NamespaceContext;
  /**
   * For each start, with the namespaces that its tag has to show.
   * @returns those that nothing around it shows the same, each once
   * @throws GakumonError `xml-limit` when too many stand above one another
   */
  readonly enter: (wanted: readonly XmlDeclaration[]) => readonly XmlDeclaration[];
  readonly leave: () => void;
};

/** Prefixes of all elements around one; the largest aggregates have about twenty. */
const mostShown = 256;

export const nothingDeclared: readonly XmlDeclaration[] = [];

/**
 * Keeps one table for all open elements, and what each has to put back when it ends: a document is canonicalised before
 * anybody knows whose it is, so an element must not cost more than its own tag, however much stands around it.
 */
export function createShownNamespaces(): ShownNamespaces {
  const shown = new Map<string, string>();
  const replaced: (readonly Replaced[])[] = [];

  function enter(wanted: readonly XmlDeclaration[]): readonly XmlDeclaration[] {
    const missing: XmlDeclaration[] = [];
    const before: Replaced[] = [];
    for (const one of wanted) {
      const { prefix, namespace } = one;
      const known = shown.get(prefix);
      if (prefix === 'xml' || (known ?? '') === namespace) continue;
      missing.push(one);
      before.push({ prefix, namespace: known });
      shown.set(prefix, namespace);
    }
    if (shown.size > mostShown) throw new GakumonError('xml-limit', { detail: `more than ${mostShown} prefixes` });
    replaced.push(before);
    return missing;
  }

  return {
    shown,
    enter: (wanted) => {
      if (wanted.length > 0) return enter(wanted);
      replaced.push(nothingReplaced);
      return nothingDeclared;
    },
    leave: () => {
      for (const { prefix, namespace } of replaced.pop() ?? nothingReplaced) {
        if (namespace === undefined) shown.delete(prefix);
        else shown.set(prefix, namespace);
      }
    },
  };
}

type Replaced = { readonly prefix: string; readonly namespace: string | undefined };

const nothingReplaced: readonly Replaced[] = [];
