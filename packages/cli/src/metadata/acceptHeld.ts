import { noteTold, type SourceState, wasTold } from '@gakumon/metadata';
import { GakumonError } from '@gakumon/terms';
import { plain } from '../plain.ts';

type Held = SourceState['held'][number];

/** A document that an operator takes although it is held back. */
export type Accepted = { readonly source: string; readonly sha256: string };

/** So many hexadecimal digits name a document: nobody makes two of them that begin alike. */
const fewestDigits = 16;

export const isHash = (text: string): boolean => new RegExp(`^[0-9a-f]{${fewestDigits},64}$`, 'i').test(text);

/** What an operator types to take a document, and no other one that may be held back by then. */
export function acceptCommand(source: string, { sha256 }: Pick<Held, 'sha256'>): string {
  return `gakumon metadata refresh ${source} --accept ${sha256.slice(0, fewestDigits)}`;
}

/**
 * Which of the documents that are held back now are taken.
 * @param accept the beginning of a SHA-256; `true`: all, if an operator was told of each
 * @throws GakumonError `metadata-held` when nobody was told of one of them, and when there is none that begins so
 */
export async function chooseAccepted(
  states: readonly SourceState[],
  accept: string | true,
): Promise<readonly Accepted[]> {
  const all = states.flatMap(({ name, held }) => held.map((document) => ({ source: name, document })));
  const chosen = accept === true ? all : all.filter(({ document }) => isNamed(document, accept));
  if (accept === true) for (const { source, document } of chosen) await requireTold(source, document);
  else if (chosen.length === 0 && !isInForce(states, accept)) throw notHeld(accept, all);
  return chosen.map(({ source, document: { sha256 } }) => ({ source, sha256 }));
}

const isNamed = ({ sha256 }: { readonly sha256: string }, accept: string): boolean =>
  sha256.startsWith(accept.toLowerCase());

/** Who says it twice, or after a server has followed the order, has got what he wants. */
const isInForce = (states: readonly SourceState[], accept: string): boolean =>
  states.some(({ documents }) => documents.some(({ current }) => current !== undefined && isNamed(current, accept)));

async function requireTold(source: string, document: Held): Promise<void> {
  if (await wasTold(document)) return;
  await noteTold(document);
  throw new GakumonError('metadata-held', {
    detail: plain(`${source}: nobody was told yet of the document that is held back now: ${document.reason}`),
    hint: `gakumon metadata diff ${source} shows all of it; ${acceptCommand(source, document)} takes it`,
  });
}

function notHeld(accept: string, all: readonly { readonly source: string; readonly document: Held }[]): GakumonError {
  const held = all.map(({ source, document }) => `${source}: ${document.sha256.slice(0, fewestDigits)}`).join(', ');
  return new GakumonError('metadata-held', {
    detail: `no document that is held back begins with ${accept}`,
    hint: held === '' ? 'nothing is held back' : `held back is ${held}; look at it first: gakumon metadata diff`,
  });
}
