/**
 * What templates are given: the contract with theme folders, version 1. Fields are added, never changed or removed,
 * within a version. In a template everything is under `it`, e.g. `<%= it.title %>`; `<%= %>` escapes, and a theme should
 * use nothing else. A theme folder may hold any of the files of `templates/` and `assets/` under the same name.
 */
import type { Language } from '@gakumon/terms';
import type { Message, PageTexts } from '../messages/index.ts';
import type { AnyAccountPage } from './accountPages.ts';
import type { AnyAuthenticatorsPage } from './authenticatorsPages.ts';
import type { ShownTime } from './showTime.ts';
import type { AnyStepUpPage, PasskeyRequest } from './stepUpPages.ts';

/** Addresses of our own files, each with the hash of its content in it. */
export type AssetAddresses = Readonly<
  Record<'pico.css' | 'style.css' | 'logo.svg' | 'login.js' | 'post.js' | 'webauthn.js', string>
>;

/** How a page offers the other language. */
export type LanguageSwitch =
  /** A link to the same page. */
  | { readonly kind: 'link'; readonly href: string }
  /** A form that shows the same attempt again. */
  | {
      readonly kind: 'form';
      readonly attempt: string;
      /** Which of several ways the page shows. */
      readonly way?: string | undefined;
    };

/** What every page has. */
export type Frame = {
  readonly version: 1;
  readonly language: Language;
  readonly otherLanguage: Language;
  readonly t: PageTexts;
  /** The words of the other language, for error pages, which speak both. */
  readonly otherT: PageTexts;
  readonly organization: string;
  readonly supportUrl: string | undefined;
  readonly assets: AssetAddresses;
  readonly languageSwitch: LanguageSwitch | undefined;
};

/** A service in a list or on a page; the texts are in the reader's language where the metadata has them. */
export type ServiceView = {
  readonly name: string;
  readonly description: string | undefined;
  readonly informationUrl: string | undefined;
  /** Where a login to it starts. */
  readonly href: string;
};

export type ServiceList = {
  readonly services: readonly ServiceView[];
  /** How many more there are. */
  readonly more: string | undefined;
  /** What was searched for; undefined when there are too few services to search. */
  readonly query: string | undefined;
  readonly action: string;
};

/** A field of the page that changes a password. */
export type PasswordField = 'current' | 'next' | 'again';

/** What went wrong with the last try, shown above the form until the person moves on. */
export type LoginProblem = {
  readonly message: Message;
  readonly hint: string | undefined;
  readonly reference: string;
  /** Which fields to look at. */
  readonly fields: boolean;
  /** Whether it sends people to the help desk: a link to it stands beside. */
  readonly namesHelpDesk: boolean;
  /** The account lets nobody in: another try with it leads nowhere. */
  readonly isClosed: boolean;
  /** Which of several passwords to type again. */
  readonly field?: PasswordField | undefined;
};

export type LoginPage = {
  readonly template: 'login';
  readonly title: string;
  /** Where the form goes. */
  readonly action: string;
  /** Whether a service waits for the login, to which Cancel goes back; else it is for pages of ours. */
  readonly forService: boolean;
  /** What the login is for. */
  readonly service: Omit<ServiceView, 'href'>;
  readonly toService: string;
  readonly attempt: string;
  readonly csrf: string;
  readonly username: string;
  readonly fresh: boolean;
  readonly problem: LoginProblem | undefined;
  /** A passkey instead of name and password; undefined where none will do. */
  readonly passkey?: { readonly action: string; readonly csrf: string; readonly request: PasskeyRequest } | undefined;
};

export type DeliverPage = {
  readonly template: 'deliver';
  readonly title: string;
  readonly action: string;
  /** This and `relayState` differ from login to login: a template writes them, or not, and decides nothing by their text. */
  readonly samlResponse: string;
  readonly relayState: string | undefined;
  /** Why the service is told that there is no login. */
  readonly refusal: Message | undefined;
};

export type HopPage = { readonly template: 'hop'; readonly title: string; readonly attempt: string };

export type AnsweredPage = {
  readonly template: 'answered';
  readonly title: string;
  readonly next: string;
  readonly href: string;
};

export type FrontPage = {
  readonly template: 'front';
  readonly title: string;
  readonly signedIn: boolean;
  readonly list: ServiceList;
};
export type BookmarkPage = { readonly template: 'bookmark'; readonly title: string; readonly list: ServiceList };
export type LogoutPage = {
  readonly template: 'logout';
  readonly title: string;
  readonly csrf: string;
  readonly visited: readonly string[];
};
export type LoggedOutPage = {
  readonly template: 'loggedOut';
  readonly title: string;
  readonly visited: readonly string[];
};

/** A session as its owner sees it. */
export type PortalSession = {
  readonly since: ShownTime;
  readonly lastUsed: ShownTime;
  readonly address: string;
  /** When it ends, in words. */
  readonly until: string;
  /** Names of the services that were opened, the latest first. */
  readonly services: readonly string[];
  /** How many more there are. */
  readonly moreServices: string | undefined;
};

export type OtherPortalSession = PortalSession & {
  readonly name: string;
  readonly id: string;
  readonly csrf: string;
};

/** Something that happened with the account. */
export type PortalEvent = {
  readonly time: ShownTime;
  readonly text: string;
  readonly address: string | undefined;
  /** It was in the session that looks at the page. */
  readonly here: boolean;
};

export type PortalPage = {
  readonly template: 'portal';
  readonly title: string;
  /** Whose page it is. */
  readonly text: string;
  /** What became of the last order. `again`: a form that repeats it, of all other sessions when `session` is undefined. */
  readonly notice:
    | {
        readonly text: string;
        readonly again: { readonly session: string | undefined; readonly csrf: string } | undefined;
      }
    | undefined;
  /** Where a password that others may know is changed, in words; with the address of a page for it. */
  readonly password: { readonly text: string; readonly url: string | undefined };
  readonly here: PortalSession;
  /** The latest used first. */
  readonly others: readonly OtherPortalSession[];
  /** How many more there are. */
  readonly moreOthers: string | undefined;
  /** The CSRF token of the form that ends all others; undefined when there are too few for it. */
  readonly endOthers: string | undefined;
  /** The newest first; undefined while they cannot be read. */
  readonly events: readonly PortalEvent[] | undefined;
};

export type ErrorPage = {
  readonly template: 'error';
  readonly title: string;
  readonly message: Message;
  readonly otherMessage: Message;
  /** For the help desk; mistyped addresses have none. */
  readonly reference: string | undefined;
  /** For people, and for machines (ISO 8601). */
  readonly time: ShownTime;
  /** A sealed attempt whose login page can be shown again. */
  readonly attempt: string | undefined;
  /** Where the service that was meant can be opened again. */
  readonly serviceHref: string | undefined;
  /** The page of ours where what went wrong can be begun anew. */
  readonly againHref: string | undefined;
};

export type Page =
  | LoginPage
  | DeliverPage
  | HopPage
  | AnsweredPage
  | FrontPage
  | BookmarkPage
  | LogoutPage
  | LoggedOutPage
  | PortalPage
  | AnyAuthenticatorsPage
  | AnyStepUpPage
  | AnyAccountPage
  | ErrorPage;
