import type { AccountTexts } from './accountTexts.ts';
import type { AuthenticatorsTexts } from './authenticatorsTexts.ts';
import type { StepUpTexts } from './stepUpTexts.ts';

/** The words of the pages, besides the errors. Placeholders such as `{service}` are filled when the page is made. */
export type PageTexts = {
  readonly layout: {
    readonly skip: string;
    readonly help: string;
    readonly services: string;
    /** The name of the language itself, for the switch. */
    readonly thisLanguage: string;
    readonly chooseLanguage: string;
  };
  readonly login: {
    readonly title: string;
    readonly toService: string;
    readonly aboutService: string;
    readonly fresh: string;
    readonly username: string;
    readonly usernameHint: string;
    readonly password: string;
    readonly showPassword: string;
    readonly submit: string;
    readonly cancel: string;
    readonly cancelHint: string;
    readonly mailHint: string;
    readonly toUsername: string;
    readonly toPassword: string;
    readonly reference: string;
  };
  readonly stepUp: StepUpTexts;
  readonly deliver: {
    readonly title: string;
    readonly titleBack: string;
    readonly text: string;
    readonly submit: string;
    readonly returned: string;
  };
  readonly hop: { readonly title: string; readonly text: string; readonly submit: string };
  readonly answered: {
    readonly title: string;
    readonly text: string;
    readonly signedIn: string;
    readonly signedOut: string;
    readonly link: string;
  };
  readonly bookmark: { readonly title: string; readonly text: string; readonly next: string };
  readonly front: {
    readonly title: string;
    readonly text: string;
    readonly heading: string;
    readonly empty: string;
    readonly search: string;
    readonly searchButton: string;
    readonly none: string;
    readonly more: string;
    readonly signedIn: string;
  };
  readonly logout: {
    readonly title: string;
    readonly text: string;
    readonly visited: string;
    readonly submit: string;
    readonly keep: string;
  };
  readonly loggedOut: {
    readonly title: string;
    readonly text: string;
    readonly visited: string;
    readonly close: string;
    readonly others: string;
  };
  readonly portal: {
    readonly title: string;
    /** Of a link that leads there. */
    readonly link: string;
    readonly toPortal: string;
    readonly about: string;
    readonly text: string;
    readonly hint: string;
    readonly stranger: string;
    readonly here: string;
    readonly others: string;
    readonly other: string;
    readonly noOthers: string;
    readonly moreOthers: string;
    readonly since: string;
    readonly lastUsed: string;
    readonly address: string;
    readonly unknownAddress: string;
    readonly services: string;
    readonly noServices: string;
    readonly moreServices: string;
    readonly until: string;
    readonly untilIdle: string;
    readonly signOut: string;
    readonly end: string;
    readonly endOthers: string;
    readonly again: string;
    readonly recent: string;
    readonly recentText: string;
    readonly noEvents: string;
    readonly eventsAway: string;
    readonly notices: Readonly<Record<'ended' | 'endedOthers' | 'noOthers' | 'absent' | 'unrecorded', string>>;
    readonly events: Readonly<
      Record<
        | 'signedOn'
        | 'signedOnHere'
        | `${'ended' | 'allEnded' | 'added' | 'removed' | 'exported'}-${'person' | 'operator' | 'system'}`
        | 'throttled'
        | 'reissued'
        | 'passwordChanged'
        | 'guestAdded'
        | 'guestExtended'
        | 'passwordGiven'
        | 'guestRemoved'
        | 'departed'
        | 'returned',
        string
      >
    >;
  };
  readonly authenticators: AuthenticatorsTexts;
  readonly account: AccountTexts;
  readonly error: {
    readonly nextHeading: string;
    readonly reference: string;
    readonly referenceHint: string;
    readonly time: string;
    readonly retry: string;
    readonly toService: string;
    readonly again: string;
    /** The word by which the texts send people there. */
    readonly helpDesk: string;
    readonly support: string;
    readonly otherLanguage: string;
  };
};
