/** The words of the pages that ask for more than a password in a login. */
export type StepUpTexts = {
  readonly title: string;
  readonly account: string;
  readonly why: {
    readonly heading: string;
    /** The service asks for it. */
    readonly service: string;
    /** Rules of the policy that have no words of their own. */
    readonly outside: string;
    readonly inside: string;
    readonly rule: string;
    /** Which side of which network the person is on. */
    readonly placedInside: string;
    readonly placedExcluded: string;
    readonly placedOutside: string;
    /** Nobody could tell where the person is. */
    readonly placedUnknown: string;
    readonly elsewhere: string;
    readonly and: string;
    readonly onCampus: string;
    readonly relay: string;
    readonly hidden: string;
    readonly checkAgain: string;
  };
  readonly totp: {
    readonly text: string;
    readonly code: string;
    readonly hint: string;
    readonly submit: string;
    /** How many wrong codes are left before the login starts again. */
    readonly countdown: string;
  };
  readonly passkey: {
    readonly text: string;
    readonly submit: string;
    readonly signIn: string;
    readonly or: string;
    readonly help: string;
    readonly device: string;
    readonly windows: string;
    readonly key: string;
    readonly phone: string;
    readonly noScript: string;
    readonly waiting: string;
    /** What `cancelled` means where one was to be made. */
    readonly notMade: string;
  };
  /** What the browser's refusals mean, by what it calls them. */
  readonly passkeyProblems: Readonly<
    Record<'cancelled' | 'security' | 'unsupported' | 'registered' | 'notRegistered' | 'other', string>
  >;
  readonly others: {
    readonly heading: string;
    readonly totp: string;
    readonly webauthn: string;
    readonly none: string;
  };
  readonly lost: string;
  readonly lostText: string;
  /** Shown on the login page when what was proved before has run out. */
  readonly timedOut: { readonly title: string; readonly text: string; readonly next: string };
  readonly enrol: {
    readonly title: string;
    readonly text: string;
    readonly choose: string;
    readonly kinds: Readonly<Record<'totp' | 'webauthn', { readonly name: string; readonly text: string }>>;
    readonly anyApp: string;
    readonly scan: string;
    readonly type: string;
    readonly submit: string;
    readonly passkeyText: string;
    readonly passkeySubmit: string;
    readonly noScript: string;
    readonly another: string;
    readonly later: string;
    readonly laterHint: string;
    readonly laterContinue: string;
    readonly laterContinueHint: string;
  };
  readonly unreachable: {
    readonly title: string;
    readonly text: string;
    readonly elsewhere: string;
    /** The same of a page of ours. */
    readonly elsewhereToPage: string;
    readonly enrolment: string;
    readonly nowhere: string;
    readonly lost: string;
    readonly back: string;
    readonly backHint: string;
  };
  readonly notice: {
    readonly title: string;
    readonly text: string;
    readonly from: string;
    readonly outside: string;
    readonly inside: string;
    readonly rule: string;
    readonly now: string;
    readonly setUp: string;
    readonly elsewhere: string;
    readonly later: string;
    readonly laterHint: string;
  };
};
