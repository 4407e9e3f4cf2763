import type { XmlStart } from '../xml/nodes.ts';
import type { SignedInfo } from './signedInfo.ts';
import { refuseStructure } from './structure.ts';

/** Remembers the root, and that nothing else in the document can be taken for it. */
export type RootWatch = {
  /** Called for every start. @throws GakumonError `signature-structure` */
  see(start: XmlStart): void;
  root(): XmlStart | undefined;
};

/** Other parsers may take `Id`, `id` or `xml:id` for the ID; none of them may name the root, or anything like it. */
export function createRootWatch(): RootWatch {
  let root: XmlStart | undefined;
  let rootId: string | undefined;
  return {
    see: (start) => {
      if (root !== undefined) return refuseSameId(start, rootId);
      requireOneId(start);
      root = start;
      rootId = idOf(start);
    },
    root: () => root,
  };
}

function requireOneId(root: XmlStart): void {
  const named = root.attributes.filter((one) => one.localName.toLowerCase() === 'id');
  if (named.some((one) => one.localName !== 'ID' || one.namespace !== '')) refuseStructure('the root has another ID');
}

function refuseSameId(start: XmlStart, rootId: string | undefined): void {
  for (const { localName, value } of start.attributes) {
    if (value === rootId && localName.toLowerCase() === 'id') refuseStructure('the ID of the root is there twice');
  }
}

function idOf(start: XmlStart): string | undefined {
  return start.attributes.find((one) => one.localName === 'ID' && one.namespace === '')?.value;
}

/**
 * What is signed must be the root (SAML Core 5.4.2).
 * @param allowEmptyUri whether URI="", the whole document, will do
 * @throws GakumonError `signature-structure`
 */
export function requireRootReference(signedInfo: SignedInfo, root: XmlStart | undefined, allowEmptyUri: boolean): void {
  if (signedInfo.uri === '' && allowEmptyUri) return;
  const id = root === undefined ? undefined : idOf(root);
  // An ID is an NCName (a digit in front is tolerated, since senders do it); without this rule `#xpointer(…)` would be
  // the Reference to an ID of that spelling.
  if (id === undefined || !/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.·-]*$/u.test(id))
    refuseStructure('the root has no usable ID');
  if (signedInfo.uri !== `#${id}`) refuseStructure('the Reference is not to the root');
}
