export type { Cookie } from './cookieJar.ts';
export { type Button, type Field, type Form, fillIn, type Link } from './html.ts';
export type { Hop, Page, PretendBrowserOptions } from './navigation.ts';
export * from './pretendBrowser.ts';
