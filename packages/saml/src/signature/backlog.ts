import { GakumonError } from '@gakumon/terms';
import type { XmlElement, XmlEvent } from '../xml/nodes.ts';
import { createTreeBuilder } from '../xml/parseXml.ts';

const maximumKept = { events: 50_000, characters: 4_194_304 };
const maximumInSignature = 400;

export type Backlog = {
  /** @param outside whether the event is outside the root */
  keep(event: XmlEvent, outside: boolean): void;
  /** Gives what was kept, and forgets it. */
  take(withOutside: boolean): readonly XmlEvent[];
};

/**
 * Keeps what comes before the Signature, until that says how the rest is to be hashed.
 * @throws GakumonError `xml-limit` from `keep`
 */
export function createBacklog(): Backlog {
  let kept: { event: XmlEvent; outside: boolean }[] = [];
  let characters = 0;
  return {
    keep: (event, outside) => {
      kept.push({ event, outside });
      characters += sizeOf(event);
      if (kept.length > maximumKept.events || characters > maximumKept.characters) {
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
  const values = event.attributes.reduce((sum, one) => sum + one.value.length, 0);
  return event.declarations.reduce((sum, one) => sum + one.namespace.length, values);
}

/**
 * Collects the Signature element from its events. They are counted as they come, so that thousands of References or
 * Transforms are refused before anything is done with them.
 * @returns a function that gives the element when its end has come
 * @throws GakumonError `xml-limit` from that function
 */
export function createSignatureCapture(): (event: XmlEvent) => XmlElement | undefined {
  const builder = createTreeBuilder();
  let events = 0;
  return (event) => {
    if (++events > maximumInSignature) throw new GakumonError('xml-limit', { detail: 'content of Signature' });
    builder.add(event);
    return builder.root();
  };
}
