import type { PasswordPlace } from '@gakumon/directory';
import type { PasswordState } from '@gakumon/terms';

/** What a page says of one state of a password. Placeholders: `{date}` when it expires. */
type StateTexts = { readonly title: string; readonly text: string };

/** The words of the pages about the account itself, in a login. */
export type AccountTexts = {
  readonly password: {
    readonly states: Readonly<Record<PasswordState['kind'], StateTexts>>;
    /** Where it is changed on this very page. */
    readonly goOn: string;
    readonly current: string;
    readonly currentHint: string;
    readonly next: string;
    /** What the directory asks of a new one. Placeholder: `{rules}`. */
    readonly rules: string;
    readonly nextHint: string;
    readonly again: string;
    readonly submit: string;
    readonly show: string;
    /** Said before anything is sent, where there is JavaScript. */
    readonly differs: string;
    readonly sessions: string;
    /** Where it is changed on pages of others. */
    readonly elsewhere: string;
    readonly elsewhereLink: string;
    readonly desk: string;
    readonly changed: string;
    readonly changedHint: string;
    /** The password still lets its person in. */
    readonly later: string;
    readonly laterHint: string;
    /** On pages of ours, for somebody whose password may be known to others. */
    readonly atOnce: Readonly<Record<PasswordPlace['at'], string>>;
  };
  readonly noAccess: {
    readonly title: string;
    readonly text: string;
    readonly account: string;
    readonly contact: string;
    readonly referenceHint: string;
    readonly desk: string;
    readonly back: string;
    readonly backHint: string;
    readonly otherAccount: string;
  };
  /** Instead of a login form for an account that lets nobody in. */
  readonly closed: { readonly otherAccount: string };
  /** Stands for a date that nobody knows. */
  readonly someDay: string;
};
