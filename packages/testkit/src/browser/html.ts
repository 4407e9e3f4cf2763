import { type HTMLElement, parse } from 'node-html-parser';

export type Field = { readonly name: string; readonly value: string; readonly type: string };
export type Button = { readonly name: string; readonly value: string; readonly text: string };

/** A form as a person finds it. Plain data: filling in gives a new one. */
export type Form = {
  /** Where it goes, absolute. */
  readonly action: string;
  readonly method: 'get' | 'post';
  readonly id: string | undefined;
  /** What would be sent: hidden ones, typed ones, ticked ones. */
  readonly fields: readonly Field[];
  /** Names of boxes that are there but not ticked, with the value that they would have. */
  readonly unticked: readonly Field[];
  readonly buttons: readonly Button[];
};

export type Link = { readonly href: string; readonly text: string };

/** What a page says, as far as a person without scripts meets it. */
export type ParsedPage = {
  readonly title: string;
  readonly language: string | undefined;
  /** The visible words, white space folded. */
  readonly text: string;
  readonly forms: readonly Form[];
  readonly links: readonly Link[];
  /** The text of the elements that a CSS selector finds. */
  select(selector: string): readonly string[];
  /** An attribute of the elements that a CSS selector finds, where they have it. */
  attributes(selector: string, name: string): readonly string[];
};

/** Reads HTML forgivingly, as browsers do. */
export function parsePage(html: string, url: URL): ParsedPage {
  const root = parse(html, { comment: false, blockTextElements: { script: true, style: true, noscript: false } });
  return {
    title: fold(root.querySelector('title')?.text ?? ''),
    language: root.querySelector('html')?.getAttribute('lang'),
    text: visibleText(root),
    forms: root.querySelectorAll('form').map((form) => readForm(form, root, url)),
    links: root
      .querySelectorAll('a[href]')
      .map((link) => ({ href: absolute(link.getAttribute('href') ?? '', url), text: fold(link.text) })),
    select: (selector) => root.querySelectorAll(selector).map((element) => fold(element.text)),
    attributes: (selector, name) =>
      root.querySelectorAll(selector).flatMap((element) => element.getAttribute(name) ?? []),
  };
}

const fold = (text: string): string => text.replace(/\s+/g, ' ').trim();
const absolute = (address: string, base: URL): string => new URL(address, base).href;

function visibleText(root: HTMLElement): string {
  const body = parse((root.querySelector('body') ?? root).toString());
  for (const hidden of body.querySelectorAll('script, style, template, head')) hidden.remove();
  return fold(body.structuredText);
}

function readForm(form: HTMLElement, root: HTMLElement, url: URL): Form {
  const id = form.getAttribute('id');
  const outside = id === undefined ? [] : root.querySelectorAll(`[form="${id}"]`);
  const inside = form.querySelectorAll('input, select, textarea, button');
  const controls = [...inside.filter((control) => !control.hasAttribute('form')), ...outside].filter(
    (control) => !control.hasAttribute('disabled'),
  );
  return {
    action: absolute(form.getAttribute('action') || url.href, url),
    method: form.getAttribute('method')?.toLowerCase() === 'post' ? 'post' : 'get',
    id,
    fields: controls.filter(isSent).map(readField),
    unticked: controls.filter((control) => isBox(control) && !control.hasAttribute('checked')).map(readField),
    buttons: controls.filter(isButton).map(readButton),
  };
}

const typeOf = (control: HTMLElement): string => {
  if (control.tagName !== 'INPUT' && control.tagName !== 'BUTTON') return control.tagName.toLowerCase();
  return control.getAttribute('type')?.toLowerCase() ?? (control.tagName === 'BUTTON' ? 'submit' : 'text');
};
const isBox = (control: HTMLElement): boolean => ['checkbox', 'radio'].includes(typeOf(control));
const isButton = (control: HTMLElement): boolean => ['submit', 'image'].includes(typeOf(control));

function isSent(control: HTMLElement): boolean {
  if (!control.getAttribute('name')) return false;
  if (['submit', 'image', 'button', 'reset', 'file'].includes(typeOf(control))) return false;
  return !isBox(control) || control.hasAttribute('checked');
}

function readField(control: HTMLElement): Field {
  return { name: control.getAttribute('name') ?? '', value: typedValueOf(control), type: typeOf(control) };
}

function typedValueOf(control: HTMLElement): string {
  if (control.tagName === 'TEXTAREA') return control.text.replace(/^\n/, '');
  if (control.tagName === 'SELECT') {
    const option = control.querySelector('option[selected]') ?? control.querySelector('option');
    return option?.getAttribute('value') ?? option?.text ?? '';
  }
  return control.getAttribute('value') ?? (isBox(control) ? 'on' : '');
}

const readButton = (control: HTMLElement): Button => ({
  name: control.getAttribute('name') ?? '',
  value: control.getAttribute('value') ?? '',
  text: control.tagName === 'INPUT' ? (control.getAttribute('value') ?? '') : fold(control.text),
});

/**
 * Types into fields and ticks boxes (a box by its value).
 * @throws Error when the form has no such field: a person could not type there either
 */
export function fillIn(form: Form, typed: Readonly<Record<string, string>>): Form {
  const fields = form.fields.map((field) => {
    const value = typed[field.name];
    return value === undefined ? field : { ...field, value };
  });
  const ticked = Object.entries(typed).flatMap(([name, value]) => {
    if (form.fields.some((field) => field.name === name)) return [];
    const box = form.unticked.find((field) => field.name === name && field.value === value);
    if (box === undefined) throw new Error(`the form ${form.action} has no field ${name}`);
    return [box];
  });
  return { ...form, fields: [...fields, ...ticked] };
}
