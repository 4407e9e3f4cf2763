import type { AccessRefusal } from '@gakumon/attributes';
import type { PasswordPlace } from '@gakumon/directory';
import type { ServiceProvider } from '@gakumon/metadata';
import type {
  EnrollableKind,
  NetworkPlacement,
  PolicyRule,
  RequestedAuthnContext,
  ShownAuthenticator,
} from '@gakumon/mfa';
import type {
  AttemptId,
  Brand,
  BrowserId,
  EntityId,
  ErrorCodeTelling,
  Localised,
  PasswordState,
  SessionToken,
  Username,
} from '@gakumon/terms';

/** An AuthnRequest after every rule of the door: what may be believed about what an SP wants. Plain data, so it can be sealed. */
export type TrustedRequest = Brand<
  {
    readonly serviceProvider: EntityId;
    /** samlp:AuthnRequest/@ID, for InResponseTo; undefined when nothing was asked (unsolicited SSO). */
    readonly requestId: string | undefined;
    /** The verified address that the answer goes to. */
    readonly assertionConsumerService: string;
    readonly relayState: string | undefined;
    readonly forceAuthn: boolean;
    readonly isPassive: boolean;
    readonly requestedAuthnContext: RequestedAuthnContext | undefined;
    readonly attributeConsumingServiceIndex: number | undefined;
    /** The NameID format that is asked for, one that is made; undefined when the choice is ours. */
    readonly nameIdFormat: string | undefined;
    /** Whom the SP asks about (saml:Subject); undefined: whoever logs in. */
    readonly subject: { readonly format: string | undefined; readonly value: string } | undefined;
    /** What the verified SP may not ask; it is told so instead of anything else. */
    readonly refusal: ErrorCodeTelling<'sp'> | undefined;
    /** When it reached this door, milliseconds. */
    readonly receivedAt: number;
  },
  'TrustedRequest'
>;

/** One thing that an SP asked for, from its arrival to its answer. Says what was asked, never what was proved. */
export type SsoAttempt = {
  readonly id: AttemptId;
  readonly request: TrustedRequest;
  /** Set when the person has seen what is announced: a notice stands in nobody's way twice. */
  readonly isNoticed?: true | undefined;
  /** The same of a password that expires soon. */
  readonly isPasswordNoticed?: true | undefined;
};

/** An AuthnRequest as it came through a door, before anything about it is believed. */
export type InboundAuthnRequest =
  /** HTTP-Redirect: the query string exactly as received, without `?` (the signature is over those octets). */
  | { readonly binding: 'redirect'; readonly rawQuery: string }
  /** HTTP-POST: every value that came under each name, percent-decoded. */
  | { readonly binding: 'post'; readonly samlRequest: readonly string[]; readonly relayState: readonly string[] };

/** Unsolicited SSO with Shibboleth's parameters; each value exactly as decoded from the query. */
export type UnsolicitedRequest = {
  readonly providerId: string | undefined;
  readonly shire: string | undefined;
  readonly target: string | undefined;
};

/** Who stands at the door: nothing here is proof of anything but possession of cookies. */
export type Visitor = {
  readonly browser: BrowserId;
  /** What the browser is known by since an earlier login (`knownBrowserOf`); undefined: it has not been told yet. */
  readonly knownBrowser?: string | undefined;
  readonly session: SessionToken | undefined;
  /** The client's address by law 6, normalised. */
  readonly address: string;
};

/** What goes to an SP by HTTP-POST (SAML Bindings 3.5). */
export type Delivery = {
  readonly assertionConsumerService: string;
  /** Base64, one line. */
  readonly samlResponse: string;
  readonly relayState: string | undefined;
};

/** What the browser has to be shown next. */
export type SsoStep =
  /** Ask for user name and password. */
  | {
      readonly kind: 'login';
      readonly attempt: SsoAttempt;
      readonly serviceProvider: ServiceProvider;
      readonly fresh: boolean;
      /** Whether a passkey may stand in for name and password. */
      readonly withPasskey: boolean;
    }
  /** Ask for one of the person's own authenticators, the preferred one first. */
  | {
      readonly kind: 'stepUp';
      readonly attempt: SsoAttempt;
      readonly serviceProvider: ServiceProvider;
      readonly stepUp: StepUp;
    }
  /** The person has none that would do, and may enrol one now (law 7). */
  | {
      readonly kind: 'enrol';
      readonly attempt: SsoAttempt;
      readonly serviceProvider: ServiceProvider;
      readonly enrolment: Enrolment;
    }
  /** Policy asks for what this person cannot prove from here; the way back to the service tells it so. */
  | {
      readonly kind: 'unreachable';
      readonly attempt: SsoAttempt;
      readonly serviceProvider: ServiceProvider;
      readonly reason: StepUpReason;
    }
  /** Something will be asked for from a time on that the person has not yet. */
  | {
      readonly kind: 'notice';
      readonly attempt: SsoAttempt;
      readonly serviceProvider: ServiceProvider;
      readonly notice: Notice;
    }
  /** The password must be changed, or soon must; the login goes on afterwards. */
  | {
      readonly kind: 'changePassword';
      readonly attempt: SsoAttempt;
      readonly serviceProvider: ServiceProvider;
      readonly change: PasswordNeed;
    }
  /** The person may not use this service; the way back to it tells it so. */
  | {
      readonly kind: 'noAccess';
      readonly attempt: SsoAttempt;
      readonly serviceProvider: ServiceProvider;
      readonly username: Username;
      readonly refusal: AccessRefusal;
    }
  /** Hand the answer to the SP; `session` is set when a session began and its cookie must be set. */
  | {
      readonly kind: 'deliver';
      readonly delivery: Delivery;
      readonly serviceProvider: ServiceProvider;
      readonly session: { readonly token: SessionToken } | undefined;
      /** The error that is being told, when it is one. */
      readonly refusal: ErrorCodeTelling<'sp'> | undefined;
      /** Why it is told, for the log: the SP and the person don't learn it. */
      readonly refusalDetail: string | undefined;
      /** Whether rules about new browsers and networks know the person where they are: the browser may keep a name for it. */
      readonly isKnownPlace?: boolean;
    }
  /** This attempt was answered before: say so, and offer to go on to the service. */
  | {
      readonly kind: 'answered';
      readonly serviceProvider: ServiceProvider;
      /** Where the service starts a login of its own. */
      readonly continueAt: string;
      readonly isSignedIn: boolean;
      /** Set when a session began all the same and its cookie must be set: the first answer may have been lost. */
      readonly session: { readonly token: SessionToken } | undefined;
    };

/** What is to be done about a password. */
export type PasswordNeed = {
  readonly username: Username;
  readonly state: PasswordState;
  /** Where it is done; `here` only where the directory takes new passwords. */
  readonly place: PasswordPlace;
  /** What the directory asks of a new one, in words. */
  readonly rules: Localised | undefined;
};

/** Why something is asked for; what the page tells, and the case. */
export type StepUpReason = {
  /** The AuthnContext classes that the service asked for and that a password does not reach; empty when it is ours alone. */
  readonly contexts: readonly string[];
  /** The rules of the policy that matched. */
  readonly rules: readonly PolicyRule[];
  readonly placement: NetworkPlacement;
  /** Names of the networks from which less, or enrolment, would do; in the order of policy.yaml. */
  readonly elsewhere: readonly string[];
};

export type StepUp = {
  readonly username: Username;
  readonly options: readonly ShownAuthenticator[];
  /** Whether a security key has to check a PIN or a finger too. */
  readonly mustVerifyUser: boolean;
  readonly reason: StepUpReason;
};

export type Enrolment = {
  readonly username: Username;
  readonly kinds: readonly EnrollableKind[];
  readonly reason: StepUpReason;
};

export type Notice = {
  readonly username: Username;
  /** Those that will concern this person, the earliest first. */
  readonly rules: readonly PolicyRule[];
  readonly placement: NetworkPlacement;
  /** Whether something can be enrolled now. */
  readonly mayEnrol: boolean;
};
