import { createHash, type Hash, type KeyObject } from 'node:crypto';
import { GakumonError, ns } from '@gakumon/terms';
import { createDocumentCanonicaliser } from '../xml/canonicalForm.ts';
import type { Canonicaliser } from '../xml/canonicaliser.ts';
import { messageXmlLimits, type XmlLimits } from '../xml/limits.ts';
import type { XmlElement, XmlEvent, XmlEventSink, XmlStart } from '../xml/nodes.ts';
import type { SignatureAllowances } from './allowances.ts';
import { createBacklog, createSignatureCapture } from './backlog.ts';
import { createRootWatch, requireRootReference } from './rootId.ts';
import { type VerifiedSignedInfo, verifySignatureElement } from './signatureElement.ts';
import { refuseStructure } from './structure.ts';

export type VerifyOptions = Partial<XmlLimits> & SignatureAllowances;

export type VerifiedBy = { readonly key: KeyObject; readonly algorithm: string };

export type EnvelopedVerifier = {
  readonly add: XmlEventSink;
  /** After the last event. Nothing that was written may be used before this has returned. */
  readonly finish: () => VerifiedBy;
};

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
  const watch = createRootWatch();
  const backlog = createBacklog();
  let depth = 0;
  let capture: ReturnType<typeof createSignatureCapture> | undefined;
  let running: Running | undefined;

  function enter(start: XmlStart): void {
    watch.see(start);
    if (depth === 1 && isSignature(start)) {
      if (running !== undefined) refuseStructure('a second Signature');
      capture = createSignatureCapture();
    }
    depth++;
  }

  function handle(event: XmlEvent, outside: boolean): void {
    const signature = capture?.(event);
    if (signature !== undefined) {
      capture = undefined;
      running = startHashing(verifySignature(signature, watch.root(), keys, options), options, write);
      for (const kept of backlog.take(running.by.uri === '')) running.canonicaliser.add(kept);
    } else if (capture === undefined) {
      if (running === undefined) backlog.keep(event, outside);
      else if (!outside || running.by.uri === '') running.canonicaliser.add(event);
    }
  }

  return {
    add: (event) => {
      if (event.kind === 'start') enter(event);
      handle(event, depth === 0);
      if (event.kind === 'end') depth--;
    },
    finish: () => finishHashing(running),
  };
}

function verifySignature(
  signature: XmlElement,
  root: XmlStart | undefined,
  keys: readonly KeyObject[],
  options: VerifyOptions,
): VerifiedSignedInfo {
  if (root === undefined) refuseStructure('a Signature without a root');
  return verifySignatureElement(signature, root, keys, options, (signedInfo) =>
    requireRootReference(signedInfo, root, options.allowEmptyUri === true),
  );
}

function startHashing(by: VerifiedSignedInfo, options: VerifyOptions, write: (bytes: Uint8Array) => void): Running {
  const hash = createHash(by.digestHash);
  const maximum = maximumCanonicalBytes(options);
  let total = 0;
  const take = (bytes: Uint8Array): void => {
    total += bytes.length;
    if (total > maximum) throw new GakumonError('xml-limit', { detail: 'canonical form' });
    hash.update(bytes);
    write(bytes);
  };
  // A Reference to the same document by its ID or by "" leaves comments out, whatever the transform says
  // (XML Signature 4.4.3.3).
  const canonicaliser = createDocumentCanonicaliser({ ...by.transform, comments: false }, take);
  return { by, hash, canonicaliser };
}

function finishHashing(running: Running | undefined): VerifiedBy {
  if (running === undefined) throw new GakumonError('signature-missing');
  const { by, hash, canonicaliser } = running;
  canonicaliser.finish();
  if (!hash.digest().equals(by.digest)) {
    throw new GakumonError('signature-invalid', { detail: 'the digest is that of another document' });
  }
  return { key: by.key, algorithm: by.signatureAlgorithm };
}

/** Canonical form repeats declarations, so that a small document can have a very large one. */
export function maximumCanonicalBytes(options: VerifyOptions): number {
  return 2 * (options.bytes ?? messageXmlLimits.bytes);
}

export function isSignature(element: { readonly namespace: string; readonly localName: string }): boolean {
  return element.namespace === ns.ds && element.localName === 'Signature';
}
