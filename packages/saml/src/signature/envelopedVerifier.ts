import { createHash, type Hash, type KeyObject } from 'node:crypto';
import { GakumonError, ns } from '@gakumon/terms';
import type { Canonicaliser } from '../xml/canonicaliser.ts';
import { createExclusiveCanonicaliser } from '../xml/exclusive.ts';
import { messageXmlLimits, type XmlLimits } from '../xml/limits.ts';
import type { XmlElement, XmlEvent, XmlEventSink, XmlStart } from '../xml/nodes.ts';
import { createTreeBuilder } from '../xml/parseXml.ts';
import { type VerifiedSignedInfo, verifySignatureElement } from './signatureElement.ts';
import { refuseStructure, type SignedInfo } from './signedInfo.ts';

export type VerifyOptions = Partial<XmlLimits> & {
  /** Accept a Reference with URI="", which means the whole document; some federations sign aggregates so. */
  readonly allowEmptyUri?: boolean;
};

export type VerifiedBy = { readonly key: KeyObject; readonly algorithm: string };

export type EnvelopedVerifier = {
  readonly add: XmlEventSink;
  /** After the last event. Nothing that was written may be used before this has returned. */
  readonly finish: () => VerifiedBy;
};

/** What is kept while the Signature has not come yet, and what the Signature itself may hold. */
const maximumBefore = { events: 50_000, characters: 4_194_304 };
const maximumInSignature = 400;

type Running = { readonly by: VerifiedSignedInfo; readonly hash: Hash; readonly canonicaliser: Canonicaliser };

/**
 * The one verifier, as a stream: it takes the events of a document, keeps them until the ds:Signature of the root has
 * come, verifies that, and canonicalises and hashes the rest as it comes, in constant memory.
 * @param write gets the very bytes that are hashed: the canonical form of the document without its Signature
 * @throws GakumonError from `add` and `finish`: `signature-missing`, `signature-structure`, `signature-algorithm`,
 *   `signature-invalid`, `xml-limit`
 */
export function createEnvelopedVerifier(
  keys: readonly KeyObject[],
  options: VerifyOptions,
  write: (bytes: Uint8Array) => void,
): EnvelopedVerifier {
  const maximumBytes = 2 * (options.bytes ?? messageXmlLimits.bytes);
  const before = createBacklog();
  let depth = 0;
  let root: XmlStart | undefined;
  let capture: ReturnType<typeof createSignatureCapture> | undefined;
  let running: Running | undefined;

  function enter(start: XmlStart): void {
    if (root === undefined) {
      root = start;
      requireOneId(start);
    } else refuseSameId(start, idOf(root));
    if (depth === 1 && isSignature(start)) {
      if (running !== undefined) refuseStructure('a second Signature');
      capture = createSignatureCapture();
    }
    depth++;
  }

  function verifySignature(signature: XmlElement): void {
    const context = new Map<string, string>();
    for (const one of [...(root?.declarations ?? []), ...signature.declarations])
      context.set(one.prefix, one.namespace);
    const check = (signedInfo: SignedInfo): void =>
      requireRootReference(signedInfo, root, options.allowEmptyUri === true);
    const by = verifySignatureElement(signature, context, keys, check);
    running = startHashing(by, maximumBytes, write);
    for (const event of before.take(by.uri === '')) running.canonicaliser.add(event);
  }

  function handle(event: XmlEvent, outside: boolean): void {
    if (capture !== undefined) {
      const signature = capture(event);
      if (signature === undefined) return;
      capture = undefined;
      verifySignature(signature);
    } else if (running === undefined) before.keep(event, outside);
    else if (!outside || running.by.uri === '') running.canonicaliser.add(event);
  }

  return {
    add: (event) => {
      if (event.kind === 'start') enter(event);
      handle(event, depth === 0);
      if (event.kind === 'end') depth--;
    },
    finish: () => {
      if (running === undefined) throw new GakumonError('signature-missing');
      const { by, hash, canonicaliser } = running;
      canonicaliser.finish();
      if (!hash.digest().equals(by.digest)) {
        throw new GakumonError('signature-invalid', { detail: 'the digest is that of another document' });
      }
      return { key: by.key, algorithm: by.signatureAlgorithm };
    },
  };
}

function startHashing(by: VerifiedSignedInfo, maximumBytes: number, write: (bytes: Uint8Array) => void): Running {
  const hash = createHash(by.digestHash);
  let total = 0;
  const take = (bytes: Uint8Array): void => {
    total += bytes.length;
    // Canonical form repeats declarations, so that a small document can have a very large one.
    if (total > maximumBytes) throw new GakumonError('xml-limit', { detail: 'canonical form' });
    hash.update(bytes);
    write(bytes);
  };
  // A Reference to the same document by its ID or by "" leaves comments out, whatever the transform says
  // (XML Signature 4.4.3.3).
  const canonicaliser = createExclusiveCanonicaliser({ ...by.transform, comments: false }, take);
  return { by, hash, canonicaliser };
}

/** Events that come before the Signature: those of the element, and those outside the root. */
function createBacklog(): {
  keep(event: XmlEvent, outside: boolean): void;
  take(withOutside: boolean): readonly XmlEvent[];
} {
  let kept: { event: XmlEvent; outside: boolean }[] = [];
  let characters = 0;
  return {
    keep: (event, outside) => {
      kept.push({ event, outside });
      characters += sizeOf(event);
      if (kept.length > maximumBefore.events || characters > maximumBefore.characters) {
        throw new GakumonError('xml-limit', { detail: 'what comes before the Signature' });
      }
    },
    take: (withOutside) => {
      const events = kept.filter((one) => withOutside || !one.outside).map((one) => one.event);
      kept = [];
      return events;
    },
  };
}

function sizeOf(event: XmlEvent): number {
  if (event.kind === 'text' || event.kind === 'comment') return event.value.length;
  if (event.kind === 'processingInstruction') return event.data.length;
  if (event.kind === 'end') return 0;
  return event.attributes.reduce((sum, one) => sum + one.value.length, event.declarations.length);
}

/** Collects the Signature element; gives it when its end has come. */
function createSignatureCapture(): (event: XmlEvent) => XmlElement | undefined {
  const builder = createTreeBuilder();
  let events = 0;
  return (event) => {
    // Counted while it comes, so that thousands of References or Transforms cost nothing.
    if (++events > maximumInSignature) throw new GakumonError('xml-limit', { detail: 'content of Signature' });
    builder.add(event);
    return builder.root();
  };
}

export function isSignature(element: { readonly namespace: string; readonly localName: string }): boolean {
  return element.namespace === ns.ds && element.localName === 'Signature';
}

function idOf(start: XmlStart): string | undefined {
  return start.attributes.find((one) => one.localName === 'ID' && one.namespace === '')?.value;
}

/** Other parsers may take `Id`, `id` or `xml:id` for the ID; where only one may be meant, only one may be there. */
function requireOneId(root: XmlStart): void {
  const named = root.attributes.filter((one) => one.localName.toLowerCase() === 'id');
  if (named.some((one) => one.localName !== 'ID' || one.namespace !== '')) refuseStructure('the root has another ID');
}

function refuseSameId(start: XmlStart, rootId: string | undefined): void {
  for (const { localName, value } of start.attributes) {
    if (value === rootId && localName.toLowerCase() === 'id') refuseStructure('the ID of the root is there twice');
  }
}

function requireRootReference(signedInfo: SignedInfo, root: XmlStart | undefined, allowEmptyUri: boolean): void {
  if (signedInfo.uri === '' && allowEmptyUri) return;
  const id = root === undefined ? undefined : idOf(root);
  // An ID is an NCName (a digit in front is tolerated, since senders do it); without this rule `#xpointer(…)` would be
  // the Reference to an ID of that spelling.
  if (id === undefined || !/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.·-]*$/u.test(id))
    refuseStructure('the root has no usable ID');
  if (signedInfo.uri !== `#${id}`) refuseStructure('the Reference is not to the root');
}
