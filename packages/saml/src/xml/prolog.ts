import { GakumonError } from '@gakumon/terms';

const doctype = '<!DOCTYPE';
const terminators = { comment: '-->', instruction: '?>' } as const;

/**
 * Looks for a DOCTYPE before the root, in text that comes in pieces of any size, so that it is refused before the
 * parser reads a single declaration of it. It only finds where comments and instructions end; the parser judges them.
 * @returns a function to call with each piece before the parser sees it
 * @throws GakumonError `xml-doctype` from that function
 */
export function createDoctypeWatch(): (text: string) => void {
  let watch: Watch = { place: 'between', rest: '' };
  return (text) => {
    if (watch.place === 'root') return;
    let next: Watch | undefined = { ...watch, rest: watch.rest + text };
    while (next !== undefined) {
      watch = next;
      next = advance(watch);
    }
    watch = { ...watch, rest: watch.place === 'between' ? skipSpace(watch.rest) : watch.rest.slice(-2) };
  };
}

type Watch = { readonly place: 'between' | 'comment' | 'instruction' | 'root'; readonly rest: string };

/** One step further, or undefined when more text is needed, or none. */
function advance({ place, rest }: Watch): Watch | undefined {
  if (place === 'root') return undefined;
  if (place === 'between') return enter(skipSpace(rest));
  const at = rest.indexOf(terminators[place]);
  return at < 0 ? undefined : { place: 'between', rest: rest.slice(at + terminators[place].length) };
}

function skipSpace(rest: string): string {
  return /^[\uFEFF \t\r\n]/.test(rest) ? rest.replace(/^[\uFEFF \t\r\n]+/, '') : rest;
}

function enter(rest: string): Watch | undefined {
  // As most documents begin
  if (/^<[A-Za-z_]/.test(rest)) return { place: 'root', rest: '' };
  if (rest.startsWith(doctype)) throw new GakumonError('xml-doctype');
  if (rest.startsWith('<!--')) return { place: 'comment', rest: rest.slice(4) };
  if (rest.startsWith('<?')) return { place: 'instruction', rest: rest.slice(2) };
  return doctype.startsWith(rest) || '<!--'.startsWith(rest) ? undefined : { place: 'root', rest: '' };
}
