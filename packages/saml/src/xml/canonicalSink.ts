import type { XmlEvent } from './nodes.ts';
import type { NamespaceContext } from './shownNamespaces.ts';

/** Where in the canonical form its writer is. */
export type CanonicalPlace = {
  /** Hands on all octets so far. @returns how many there have been in all */
  readonly flush: () => number;
  /** The namespaces that the open elements have declared in the canonical form. */
  readonly rendered: () => NamespaceContext;
};

/** Takes a canonical form while it is written. */
export type CanonicalSink = {
  /** Gets UTF-8 in pieces of its own, to be kept or not. */
  readonly write: (octets: Uint8Array) => void;
  /**
   * Sees each event that is part of the form just before it is written; never a comment, since those that are left out
   * must not be read either. Whatever is thrown stops the reading.
   */
  readonly before?: (event: XmlEvent, place: CanonicalPlace) => void;
  /** Sees it again once it is written. */
  readonly after?: (event: XmlEvent, place: CanonicalPlace) => void;
};

/** Hands an event to the sink around the moment at which it is written. */
export function createWatchedAdd(
  sink: CanonicalSink,
  place: CanonicalPlace,
  add: (event: XmlEvent) => void,
): (event: XmlEvent) => void {
  const { before, after } = sink;
  if (before === undefined && after === undefined) return add;
  return (event) => {
    if (event.kind === 'comment') return;
    before?.(event, place);
    add(event);
    after?.(event, place);
  };
}
