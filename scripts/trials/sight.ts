import { type DeliveredForm, deliveredForm, type Form, type Page } from '@gakumon/testkit';

/** What a browser got to see. */
export type Sight =
  /** An answer on its way to an SP. */
  | { readonly kind: 'delivered'; readonly form: DeliveredForm }
  | { readonly kind: 'login'; readonly form: Form }
  /** "This sign-in is finished": the request has its answer already. */
  | { readonly kind: 'answered' }
  /** A page of ours that says what is wrong, and has a reference for the help desk. */
  | { readonly kind: 'refused'; readonly words: string }
  /** HAProxy itself: no node answered it, or one broke off. */
  | { readonly kind: 'proxy'; readonly words: string }
  /** No answer at all. */
  | { readonly kind: 'broken-off'; readonly words: string }
  /** Nothing that anybody should ever see. */
  | { readonly kind: 'foreign'; readonly words: string };

/** Tells what a page is; whatever is not certainly one of ours is foreign. */
export function recognise(page: Page): Sight {
  const { status } = page;
  if (isOfProxy(page)) return { kind: 'proxy', words: `${status} by HAProxy` };
  const [heading = ''] = page.select('#content h1');
  const words = `${status} ${heading}`;
  if (page.attributes('header.frame a.brand', 'href').join() !== '/') return { kind: 'foreign', words: page.text };
  const login = page.forms.find(({ id }) => id === 'login');
  if (page.forms.some(({ fields }) => fields.some(({ name }) => name === 'SAMLResponse'))) {
    return status === 200 ? { kind: 'delivered', form: deliveredForm(page) } : { kind: 'foreign', words };
  }
  if (login !== undefined) return { kind: 'login', form: login };
  if (heading === 'This sign-in is finished' && status === 200) return { kind: 'answered' };
  const hasReference = page.select('dl.case strong').some((text) => /^\w{4}-\w{2}$/.test(text));
  return status >= 400 && hasReference ? { kind: 'refused', words } : { kind: 'foreign', words };
}

/** Its own page, `deploy/no-node.http`, stands for a node that breaks off too. */
function isOfProxy({ status, text }: Page): boolean {
  return status === 503 && text.includes('ログインの仕組みが止まっています');
}
