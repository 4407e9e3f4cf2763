import type { EnrollableKind } from '@gakumon/mfa';
import type { ShownTotpKey } from './authenticatorsPages.ts';
import type { LoginProblem } from './pageData.ts';
import type { ShownTime } from './showTime.ts';

/** A question to a security key: JSON for navigator.credentials, and the sealed challenge that goes back with the answer. */
export type PasskeyRequest = { readonly options: string; readonly challenge: string };

/** Why something is asked for, in sentences. */
export type WhyAsked = {
  readonly reasons: readonly string[];
  /** Which side of which network the person is on; undefined where no networks have a name. */
  readonly place: string | undefined;
  readonly elsewhere: string | undefined;
  /** What may make somebody look as if they were elsewhere; empty when it does not fit. */
  readonly hints: readonly string[];
};

/** What the pages of one login have in common. */
export type LoginStage = {
  readonly title: string;
  /** Whether a service waits for the login, to which Cancel goes back; else it is for pages of ours. */
  readonly forService: boolean;
  readonly toService: string;
  /** As whom the person signs in. */
  readonly account: string;
  /** Where the form goes. */
  readonly action: string;
  readonly attempt: string;
  readonly csrf: string;
  readonly problem: LoginProblem | undefined;
  readonly why: WhyAsked;
};

/** Another page of the same login; `way` is what its button sends. */
export type OtherWay = { readonly way: string; readonly text: string; readonly hint: string | undefined };

export type StepUpPage = LoginStage & {
  readonly template: 'stepUp';
  readonly chosen:
    | { readonly kind: 'totp'; readonly authenticator: string; readonly text: string }
    | {
        readonly kind: 'webauthn';
        readonly text: string;
        readonly action: string;
        readonly csrf: string;
        readonly request: PasskeyRequest;
      };
  readonly others: readonly OtherWay[];
  /** Where Cancel leads on pages of ours; a service is told, by the form. */
  readonly cancelHref: string;
};

export type EnrolPage = LoginStage & {
  readonly template: 'enrol';
  /** What can be chosen; with one chosen, the rest. */
  readonly choices: readonly OtherWay[];
  readonly chosen:
    | undefined
    | {
        readonly kind: Extract<EnrollableKind, 'totp'>;
        readonly shown: ShownTotpKey;
      }
    | { readonly kind: Extract<EnrollableKind, 'webauthn'>; readonly request: PasskeyRequest };
  /** Whether the secret is another one than an app may have: the code is not what is wrong. */
  readonly isAnew: boolean;
  /** Whether "later" goes on to the service instead of back. */
  readonly mayWait: boolean;
};

export type UnreachablePage = Omit<LoginStage, 'account' | 'problem'> & {
  readonly template: 'unreachable';
  /** From where it works, and from where something can be set up, in sentences. */
  readonly where: readonly string[];
  /** For the help desk. */
  readonly reference: string;
  readonly time: ShownTime;
};

export type NoticePage = Omit<LoginStage, 'why' | 'problem'> & {
  readonly template: 'notice';
  /** What changes, the earliest first. */
  readonly changes: readonly { readonly from: string | undefined; readonly text: string }[];
  readonly mayEnrol: boolean;
  /** From where it can be set up; undefined when from here, or nobody can say. */
  readonly elsewhere: string | undefined;
};

export type AnyStepUpPage = StepUpPage | EnrolPage | UnreachablePage | NoticePage;
