import type { Page } from '../browser/index.ts';

export type DeliveredForm = {
  /** The AssertionConsumerService. */
  readonly action: string;
  readonly samlResponse: string;
  readonly relayState: string | undefined;
};

/**
 * The answer that an auto-posting page holds (SAML Bindings 3.5.4), to read it without sending it.
 * @throws Error with the page's text when it has no such form
 */
export function deliveredForm(page: Page): DeliveredForm {
  const form = page.forms.find(({ fields }) => fields.some(({ name }) => name === 'SAMLResponse'));
  if (form === undefined) throw new Error(`${page.url} (${page.status}) delivers nothing: ${page.text}`);
  const value = (wanted: string): string | undefined => form.fields.find(({ name }) => name === wanted)?.value;
  return { action: form.action, samlResponse: value('SAMLResponse') ?? '', relayState: value('RelayState') };
}
