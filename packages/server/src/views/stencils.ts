import { randomBytes } from 'node:crypto';
import { escapeMarkup } from './escapeMarkup.ts';
import type { DeliverPage, Frame } from './pageData.ts';
import type { Renderer } from './renderer.ts';

/** A page of which all is known but what an answer fills in: texts, and what goes between them. */
type Stencil = { readonly texts: readonly string[]; readonly gaps: readonly Gap[] };
type Gap = 'samlResponse' | 'relayState';

/** More services than people visit within minutes; what is not kept is rendered again. */
const keptStencils = 500;

/**
 * Makes the page that carries an answer to a service. It is the same for every login there but for the answer: so it is
 * rendered once, with marks in the answer's place, and kept.
 * @returns a function whose every character stands for one octet of UTF-8: a long answer need not be encoded again
 */
export function createStencils(render: Renderer): (frame: Frame, page: DeliverPage) => string {
  const kept = new Map<string, Stencil>();
  const marks = { samlResponse: randomMark(), relayState: randomMark() };

  function stencilFor(frame: Frame, page: DeliverPage): Stencil {
    const { title, action, refusal } = page;
    const key = JSON.stringify([frame.language, title, action, refusal, page.relayState === undefined]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const relayState = page.relayState === undefined ? undefined : marks.relayState;
    const stencil = cut(render(frame, { ...page, samlResponse: marks.samlResponse, relayState }), marks);
    if (kept.size >= keptStencils) kept.clear();
    kept.set(key, stencil);
    return stencil;
  }

  return (frame, page) => {
    // A template may leave the field of an empty value out.
    if (page.relayState === '') return toOctets(render(frame, page));
    const { texts, gaps } = stencilFor(frame, page);
    let html = texts[0] ?? '';
    for (const [index, gap] of gaps.entries()) html += fill(gap, page) + texts[index + 1];
    return html;
  };
}

/** An answer is long, and base64 stands in HTML as it is. */
function fill(gap: Gap, { samlResponse, relayState }: DeliverPage): string {
  return gap === 'samlResponse' ? samlResponse : toOctets(escapeMarkup(relayState));
}

/** Letters and digits, which stand in HTML as they are. */
const randomMark = (): string => `mark${randomBytes(16).toString('hex')}`;

function cut(html: string, marks: Readonly<Record<Gap, string>>): Stencil {
  const parts = html.split(new RegExp(`(${marks.samlResponse}|${marks.relayState})`));
  const texts = parts.filter((_, index) => index % 2 === 0).map(toOctets);
  const found = parts.filter((_, index) => index % 2 === 1);
  return { texts, gaps: found.map((mark) => (mark === marks.samlResponse ? 'samlResponse' : 'relayState')) };
}

const ascii = /^[\x20-\x7e]*$/;

function toOctets(text: string): string {
  return ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}
