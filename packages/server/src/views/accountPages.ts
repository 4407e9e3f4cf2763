import type { PasswordPlace } from '@gakumon/directory';
import type { PasswordState } from '@gakumon/terms';
import type { ShownTime } from './showTime.ts';
import type { LoginStage } from './stepUpPages.ts';

/** What to do about a password, in the middle of a login. */
export type ChangePasswordPage = Omit<LoginStage, 'why'> & {
  readonly template: 'changePassword';
  /** Why there is this page; the title is that of a problem, where there is one. */
  readonly heading: string;
  readonly username: string;
  /** Why, and until when it may wait. */
  readonly text: string;
  readonly state: PasswordState['kind'];
  readonly place: PasswordPlace;
  /** What the directory asks of a new one; undefined: it does not tell. */
  readonly rules: string | undefined;
  /** Whether "later" goes on; else the login ends here. */
  readonly mayWait: boolean;
};

/** Why somebody may not use a service, and whom to ask. */
export type NoAccessPage = Omit<LoginStage, 'why' | 'problem'> & {
  readonly template: 'noAccess';
  /** Which service it is, by name. */
  readonly service: string;
  /** The rule's own words, or general ones. */
  readonly text: string;
  /** Whom to ask, in a sentence. */
  readonly whom: string;
  readonly contact:
    | { readonly name: string; readonly url: string | undefined; readonly email: string | undefined }
    | undefined;
  readonly reference: string;
  /** To whom the reference is told. */
  readonly referenceHint: string;
  readonly time: ShownTime;
};

export type AnyAccountPage = ChangePasswordPage | NoAccessPage;
