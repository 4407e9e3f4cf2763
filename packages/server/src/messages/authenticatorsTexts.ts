/** The words of the pages about one's own authenticators. */
export type AuthenticatorsTexts = {
  readonly title: string;
  /** Of a link that leads there. */
  readonly link: string;
  readonly toPage: string;
  readonly about: string;
  readonly text: string;
  readonly cancel: string;
  /** How many ways there are besides the password, and what follows from it. */
  readonly status: Readonly<Record<'none' | 'one' | 'several', string>>;
  readonly statusNext: Readonly<Record<'none' | 'one', string>>;
  readonly kinds: Readonly<Record<'totp' | 'webauthn', string>>;
  /** What one is called whose owner gives it no name. */
  readonly names: Readonly<Record<'totp' | 'webauthn', string>>;
  readonly kind: string;
  readonly since: string;
  readonly lastUsed: string;
  readonly never: string;
  readonly usedFrom: string;
  readonly marks: Readonly<Record<'first' | 'synced' | 'shared' | 'fixed', string>>;
  readonly markTexts: Readonly<Record<'synced' | 'shared' | 'fixed', string>>;
  readonly test: string;
  readonly offerFirst: string;
  readonly rename: string;
  readonly name: string;
  readonly nameHint: string;
  readonly save: string;
  readonly export: string;
  readonly remove: string;
  readonly add: string;
  readonly addTotp: string;
  readonly addTotpText: string;
  readonly addPasskey: string;
  readonly addPasskeyText: string;
  /** Law 7: why nothing can be added from here, and from where it can. */
  readonly closed: string;
  readonly closedUseOther: string;
  readonly useOther: string;
  readonly closedElsewhere: string;
  readonly closedNowhere: string;
  readonly lost: string;
  readonly lostText: string;
  readonly totp: {
    readonly title: string;
    readonly text: string;
    readonly stepApp: string;
    readonly stepAppText: string;
    readonly stepScan: string;
    readonly qr: string;
    readonly byHand: string;
    readonly byHandText: string;
    readonly key: string;
    readonly settings: string;
    readonly open: string;
    readonly stepCode: string;
    readonly code: string;
    readonly codeHint: string;
    readonly submit: string;
    readonly resumed: string;
  };
  readonly passkey: {
    readonly title: string;
    readonly text: string;
    readonly stepName: string;
    readonly several: string;
    readonly submit: string;
    readonly noScript: string;
  };
  readonly trial: {
    readonly title: string;
    readonly totp: string;
    readonly webauthn: string;
    readonly counts: string;
    readonly submit: string;
    readonly submitPasskey: string;
  };
  readonly removal: {
    readonly title: string;
    readonly text: string;
    readonly last: string;
    readonly device: Readonly<Record<'totp' | 'webauthn', string>>;
    readonly sessions: string;
    readonly submit: string;
  };
  readonly exporting: {
    readonly title: string;
    readonly text: string;
    readonly shared: string;
    readonly own: string;
    readonly submit: string;
    readonly shownTitle: string;
    readonly shownText: string;
    readonly done: string;
  };
  readonly notices: Readonly<
    Record<
      | 'added'
      | 'addedDrift'
      | 'renamed'
      | 'removed'
      | 'removedLast'
      | 'preferred'
      | 'tried'
      | 'triedDrift'
      | 'triedEnough'
      | 'proved',
      string
    >
  >;
};
