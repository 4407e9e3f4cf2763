import type { EnrollableKind } from '@gakumon/mfa';
import type { ShownTime } from './showTime.ts';
import type { PasskeyRequest } from './stepUpPages.ts';

/** What became of the last order, above the page that comes after it. */
export type AuthenticatorsNotice = {
  /** Something went wrong, and the person can mend it here. */
  readonly isProblem: boolean;
  readonly title: string | undefined;
  readonly lines: readonly string[];
};

/** One of a person's authenticators, as its owner sees it. */
export type AuthenticatorView = {
  readonly id: string;
  readonly name: string;
  readonly kind: EnrollableKind;
  readonly kindText: string;
  /** Undefined for one of the university's, of which nobody knows. */
  readonly since: ShownTime | undefined;
  /** When and from where, in words; undefined: not yet, or nobody knows. */
  readonly lastUsed: string | undefined;
  readonly marks: readonly { readonly name: 'first' | 'synced' | 'shared' | 'fixed'; readonly text: string }[];
  /** What the marks mean, in sentences. */
  readonly remarks: readonly string[];
  /** CSRF tokens of the forms that it has; undefined: not for this one. */
  readonly rename: string | undefined;
  readonly prefer: string | undefined;
  readonly canExport: boolean;
  readonly canRemove: boolean;
};

export type AuthenticatorsPage = {
  readonly template: 'authenticators';
  readonly title: string;
  readonly text: string;
  readonly notice: AuthenticatorsNotice | undefined;
  readonly status: { readonly isSafe: boolean; readonly text: string; readonly next: string | undefined };
  /** The one that is offered first in front. */
  readonly authenticators: readonly AuthenticatorView[];
  /** What may be added now, the one to recommend in front. */
  readonly offered: readonly EnrollableKind[];
  /** Law 7: why nothing may be added now; undefined when something may. */
  readonly closed:
    | { readonly text: string; readonly canProveOther: boolean; readonly where: string | undefined }
    | undefined;
};

/** A TOTP secret to be taken into a device: as a picture, by hand, or by a link on the device itself. */
export type ShownTotpKey = {
  /** SVG of our own making, which a template writes as it is. */
  readonly qr: string;
  /** In groups of four. */
  readonly key: string;
  readonly uri: string;
  readonly settings: string;
};

export type AuthenticatorsTotpPage = {
  readonly template: 'authenticatorsTotp';
  readonly title: string;
  readonly notice: AuthenticatorsNotice | undefined;
  readonly shown: ShownTotpKey;
  readonly name: string;
  readonly isResumed: boolean;
  /** Whether the secret is another one than an app may have, which the notice tells. */
  readonly isAnew: boolean;
  readonly csrf: string;
};

export type AuthenticatorsPasskeyPage = {
  readonly template: 'authenticatorsPasskey';
  readonly title: string;
  readonly notice: AuthenticatorsNotice | undefined;
  readonly request: PasskeyRequest;
  readonly name: string;
  readonly csrf: string;
};

export type AuthenticatorsTestPage = {
  readonly template: 'authenticatorsTest';
  readonly title: string;
  readonly notice: AuthenticatorsNotice | undefined;
  readonly authenticator: string;
  readonly attempt: string;
  /** Of a passkey; undefined for a one-time code. */
  readonly request: PasskeyRequest | undefined;
  readonly csrf: string;
};

export type AuthenticatorsRemovePage = {
  readonly template: 'authenticatorsRemove';
  readonly title: string;
  readonly authenticator: string;
  readonly device: string;
  readonly isLast: boolean;
  readonly csrf: string;
};

export type AuthenticatorsExportPage = {
  readonly template: 'authenticatorsExport';
  readonly title: string;
  readonly authenticator: string;
  /** Undefined before the person has said so. */
  readonly shown: ShownTotpKey | undefined;
  readonly csrf: string;
};

export type AnyAuthenticatorsPage =
  | AuthenticatorsPage
  | AuthenticatorsTotpPage
  | AuthenticatorsPasskeyPage
  | AuthenticatorsTestPage
  | AuthenticatorsRemovePage
  | AuthenticatorsExportPage;
