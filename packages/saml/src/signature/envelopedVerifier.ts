import { createHash, type Hash, type KeyObject } from 'node:crypto';
import { GakumonError, ns } from '@gakumon/terms';
import { createDocumentCanonicaliser } from '../xml/canonicalForm.ts';
import { boundedWrite } from '../xml/canonicaliseStream.ts';
import { type CanonicalSink, createWatchedAdd } from '../xml/canonicalSink.ts';
import type { XmlLimits } from '../xml/limits.ts';
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

/** Where verified octets go. */
export type VerifiedSink = CanonicalSink & {
  /** Sees the ds:Signature before it is verified: for messages about it, and to be believed in nothing. */
  readonly claimed?: (signature: XmlElement) => void;
};

type Running = {
  readonly by: VerifiedSignedInfo;
  readonly hash: Hash;
  readonly add: XmlEventSink;
  readonly finish: () => void;
};

/**
 * The one verifier, as a stream: it takes the events of a document, keeps them until the ds:Signature of the root has
 * come, verifies that, and canonicalises and hashes the rest as it comes, in constant memory.
 * @param sink gets the very bytes that are hashed: the canonical form of the document without its Signature
 * @throws GakumonError from `add` and `finish`: `signature-missing`, `signature-structure`, `signature-algorithm`,
 *   `signature-invalid`, `xml-limit`
 */
export function createEnvelopedVerifier(
  keys: readonly KeyObject[],
  options: VerifyOptions,
  sink: VerifiedSink,
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
      sink.claimed?.(signature);
      running = startHashing(verifySignature(signature, watch.root(), keys, options), options, sink);
      for (const kept of backlog.take(running.by.uri === '')) running.add(kept);
    } else if (capture === undefined) {
      if (running === undefined) backlog.keep(event, outside);
      else if (!outside || running.by.uri === '') running.add(event);
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

function startHashing(by: VerifiedSignedInfo, options: VerifyOptions, sink: CanonicalSink): Running {
  const hash = createHash(by.digestHash);
  const take = boundedWrite((bytes) => {
    hash.update(bytes);
    sink.write(bytes);
  }, options);
  // A Reference to the same document by its ID or by "" leaves comments out, whatever the transform says
  // (XML Signature 4.4.3.3).
  const canonicaliser = createDocumentCanonicaliser({ ...by.transform, comments: false }, take);
  return { by, hash, add: createWatchedAdd(sink, canonicaliser, canonicaliser.add), finish: canonicaliser.finish };
}

function finishHashing(running: Running | undefined): VerifiedBy {
  if (running === undefined) throw new GakumonError('signature-missing');
  const { by, hash } = running;
  running.finish();
  if (!hash.digest().equals(by.digest)) {
    throw new GakumonError('signature-invalid', { detail: 'the digest is that of another document' });
  }
  return { key: by.key, algorithm: by.signatureAlgorithm };
}

export function isSignature(element: { readonly namespace: string; readonly localName: string }): boolean {
  return element.namespace === ns.ds && element.localName === 'Signature';
}
