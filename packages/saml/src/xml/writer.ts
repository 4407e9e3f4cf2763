import { escapeText } from './characters.ts';
import type { OutChild, OutElement, RawXml } from './outElement.ts';
import { namespaceOf } from './prefixes.ts';

/**
 * Writes an element in exclusive canonical form (Exclusive XML Canonicalization 1.0), so that its digest is the digest
 * of this very text. A prefix is declared where it is first used and never again below.
 * @throws TypeError when a raw part declares again what is declared around it: the text would not be canonical
 */
export function writeCanonical(out: OutElement): string {
  const [before, after] = writeAround(out, out.children.length);
  return before + after;
}

/**
 * Writes an element in exclusive canonical form, cut in two before one of its children. What is inserted there must not
 * count as part of it, such as an enveloped signature.
 * @param index of the child before which to cut
 */
export function writeAround(out: OutElement, index: number): [before: string, after: string] {
  const rendered = new Set<string>();
  let before = openTag(out, rendered);
  for (const child of out.children.slice(0, index)) before += writeChild(child, rendered);
  let after = '';
  for (const child of out.children.slice(index)) after += writeChild(child, rendered);
  return [before, `${after}</${out.name}>`];
}

function writeChild(child: OutChild, rendered: ReadonlySet<string>): string {
  if (typeof child === 'string') return escapeText(child);
  if (child.kind === 'raw') return writeRaw(child, rendered);
  if (areAll(child.uses, rendered)) return child.text;
  const here = areAll(child.prefixes, rendered) ? rendered : new Set(rendered);
  let text = openTag(child, here as Set<string>);
  for (const grandchild of child.children) text += writeChild(grandchild, here);
  return `${text}</${child.name}>`;
}

function areAll(prefixes: readonly string[] | undefined, rendered: ReadonlySet<string>): boolean {
  if (prefixes === undefined) return false;
  for (const prefix of prefixes) if (!rendered.has(prefix)) return false;
  return true;
}

function openTag(out: OutElement, rendered: Set<string>): string {
  let text = `<${out.name}`;
  for (const prefix of out.prefixes) {
    if (rendered.has(prefix)) continue;
    rendered.add(prefix);
    text += ` xmlns:${prefix}="${namespaceOf(prefix)}"`;
  }
  return `${text}${out.attributeText}>`;
}

function writeRaw(raw: RawXml, rendered: ReadonlySet<string>): string {
  for (const prefix of raw.declared) {
    if (rendered.has(prefix)) throw new TypeError(`a raw part declares the prefix ${prefix} a second time`);
  }
  return raw.text;
}
