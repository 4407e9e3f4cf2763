import { statuses } from './urns.ts';

/**
 * Who learns of an error.
 * - `person`: a page of ours; there is no verified place to send anything to, or it is the person's to mend.
 * - `sp`: a SAML error response to the verified AssertionConsumerService.
 * - `operator`: the command line and the log.
 */
export type Told = 'person' | 'sp' | 'operator';

export type ErrorRow = {
  readonly told: Told;
  /** Top-level and second-level SAML status (SAML Core 3.2.2.2), for what an SP is told. */
  readonly status?: readonly [string, string];
  /** HTTP status of the page. */
  readonly http?: number;
  /** What the operator can do next. */
  readonly hint?: string;
};

const toSp = (second: string, hint?: string, top: string = statuses.requester) =>
  ({ told: 'sp', status: [top, second], ...(hint === undefined ? {} : { hint }) }) as const satisfies ErrorRow;
const toPerson = (http: number, hint?: string) =>
  ({ told: 'person', http, ...(hint === undefined ? {} : { hint }) }) as const satisfies ErrorRow;
const toOperator = (hint?: string) =>
  ({ told: 'operator', ...(hint === undefined ? {} : { hint }) }) as const satisfies ErrorRow;

/** Every error of Gakumon. The texts that people read are in `server/messages`, complete in every language by type. */
export const errorTable = {
  // A message that can't be trusted far enough to answer it
  'request-missing': toPerson(400),
  'request-repeated': toPerson(400, 'the SP sent the same parameter more than once'),
  'request-encoding': toPerson(400, 'the SP sent a SAMLRequest that is not deflated base64'),
  'request-too-large': toPerson(413),
  'request-not-authn': toPerson(400, 'the message is not a samlp:AuthnRequest'),
  'request-invalid': toPerson(400, 'the AuthnRequest breaks the schema of SAML Core 3.4.1'),
  'request-version': toPerson(400, 'only SAML 2.0 is spoken'),
  'request-stale': toPerson(400, 'compare the clocks of the SP and of this machine'),
  'request-from-future': toPerson(400, 'compare the clocks of the SP and of this machine'),
  'request-destination': toPerson(400, 'the SP has an old address of this IdP in its metadata, or baseUrl is wrong'),
  'issuer-missing': toPerson(400, 'the AuthnRequest names no Issuer'),
  'service-unknown': toPerson(403, 'load the metadata of the SP: gakumon metadata load FILE'),
  'service-undecided': toPerson(
    503,
    'the source of metadata that would tell of the SP does not answer now: gakumon metadata sources',
  ),
  'acs-unknown': toPerson(403, 'the AssertionConsumerService asked for is not in the metadata of the SP'),
  'relay-state-too-large': toPerson(
    400,
    'the sealed attempt would not fit a form field; shorten the RelayState at the SP',
  ),
  'signature-missing': toPerson(
    403,
    'the SP promises signed requests in its metadata (AuthnRequestsSigned), or idp.wantAuthnRequestsSigned asks all for them',
  ),
  'signature-invalid': toPerson(403, 'the signing key in the metadata of the SP is not the one that it uses'),
  'signature-algorithm': toPerson(403, 'the SP signs with an algorithm that is refused, such as SHA-1'),
  'signature-structure': toPerson(403, 'the signature does not cover the whole message by the allowed means'),
  'xml-encoding': toPerson(400, 'the document is not UTF-8'),
  'xml-malformed': toPerson(400, 'the document is not well-formed XML with namespaces'),
  'xml-doctype': toPerson(400, 'documents with a DOCTYPE are refused'),
  'xml-limit': toPerson(400, 'the document exceeds a limit on size, depth or count'),
  'saml1-unsupported': toPerson(410, 'the SP speaks SAML 1; it must be configured for SAML 2.0'),

  // What a verified service provider is told
  'no-passive': toSp(statuses.noPassive),
  'no-authn-context': toSp(statuses.noAuthnContext, 'no person here can reach the AuthnContext that the SP asks for'),
  'name-id-policy': toSp(statuses.invalidNameIdPolicy),
  'request-unsupported': toSp(statuses.requestUnsupported),
  'subject-other': toSp(
    statuses.unknownPrincipal,
    'the SP named the person, and the one who logged in has no such identifier among what is released to this SP',
  ),
  'binding-unsupported': toSp(statuses.unsupportedBinding, 'answers go by HTTP-POST only'),
  'login-cancelled': toSp(statuses.authnFailed),
  'access-refused': toSp(
    statuses.requestDenied,
    'access in release.yaml says who may use the service: gakumon release preview',
    statuses.responder,
  ),
  'encryption-impossible': toSp(
    statuses.requestDenied,
    'the encryption key in the metadata of the SP cannot be used',
    statuses.responder,
  ),

  // A person's everyday mishaps
  'credentials-wrong': toPerson(401),
  'credentials-missing': toPerson(400),
  'account-disabled': toPerson(403, 'the directory says that this person may not sign in: disabled in users.yaml'),
  'account-locked': toPerson(
    403,
    'the directory locked the account, after too many wrong passwords or by hand; it may unlock by itself, or only there',
  ),
  'account-expired': toPerson(403, 'the account has an end, which is past: gakumon guest extend, or the directory'),
  'account-left': toPerson(403, 'the directory, or gakumon user leave, says that this person has left'),
  'account-not-open': toPerson(403, 'the account opens on a day to come'),
  'directory-unavailable': toPerson(503, 'a directory does not answer: gakumon check'),
  'source-unavailable': toPerson(503, 'a source of attributes that must not be missing does not answer: gakumon check'),
  'password-current-wrong': toPerson(401),
  'password-missing': toPerson(400),
  'password-mismatch': toPerson(400),
  'password-unchanged': toPerson(400),
  'password-too-short': toPerson(
    400,
    'the password policy of the directory wants more characters: passwords.rules can tell people',
  ),
  'password-like-name': toPerson(400),
  'password-too-weak': toPerson(
    400,
    'the password policy of the directory refuses it: passwords.rules can tell people',
  ),
  'password-used-before': toPerson(400, 'the password policy of the directory remembers former passwords'),
  'password-too-young': toPerson(403, 'the password policy of the directory lets nobody change it again so soon'),
  'password-change-refused': toPerson(
    403,
    'the directory does not let this person, or the one who searches, set the password: its access rules',
  ),
  'password-change-unknown': toPerson(
    503,
    'a directory stopped answering while it changed a password: the old one may hold, or the new one; gakumon check',
  ),
  'access-denied': toPerson(403, 'access in release.yaml says who may use the service: gakumon release preview'),
  'account-throttled': toPerson(
    429,
    "too many wrong passwords for one name, by our count or the directory's: user show says which, and until when; user unlock ends ours only",
  ),
  'otp-missing': toPerson(400),
  'otp-wrong': toPerson(401, 'a wrong one-time code; after three of them the login starts again'),
  'otp-used': toPerson(401, 'the one-time code was used before; each is good for one login'),
  'otp-drift': toPerson(401, 'the clock of the device that makes the one-time codes is off by more than a step'),
  'otp-start-again': toPerson(401, 'three wrong one-time codes in one login; the password is asked for again'),
  'totp-begun-anew': toPerson(
    409,
    'the secret of an app was shown over an hour ago or in another browser, or five other browsers began since; a new one is shown',
  ),
  'passkey-wrong': toPerson(
    401,
    'the answer of the security key does not fit: another origin, another key, a repeated challenge, or a counter that went back',
  ),
  'passkey-unknown': toPerson(401, 'the passkey was removed here, and is still in the device of the person'),
  'passkey-unverified': toPerson(401, 'the security key did not check a PIN or a finger, which was asked for'),
  'passkey-stale': toPerson(400, 'the challenge of the page was too old, or was answered before'),
  'authenticator-throttled': toPerson(
    429,
    'too many wrong codes for one authenticator, or for all of a person; it ends by itself, or with gakumon user unlock',
  ),
  'authenticator-not-found': toPerson(404),
  'authenticator-fixed': toPerson(409, 'it stands in the file of the directory (totpSecret), and is changed there'),
  'authenticator-limit': toPerson(409, 'a person has twenty authenticators at most'),
  'passkey-model': toPerson(403, 'the model of the security key is not in webauthn.aaguids of policy.yaml'),
  'enrolment-not-allowed': toPerson(
    403,
    'somebody who proved only a password may not enrol from there: enrolment in policy.yaml, or gakumon policy explain',
  ),
  'step-up-unreachable': toPerson(
    403,
    'the policy asks for what this person cannot prove from there: gakumon policy explain',
  ),
  busy: toPerson(503, 'more logins at once than password checks can keep up with; they were refused, not queued'),
  'attempt-stale': toPerson(400),
  'attempt-tampered': toPerson(400),
  'form-foreign': toPerson(403),
  'cookies-missing': toPerson(400),
  'page-not-found': toPerson(404),
  'method-not-allowed': toPerson(405),
  'store-unavailable': toPerson(503, 'a store does not answer: gakumon check'),
  'session-gone': toPerson(400),
  'login-revoked': toPerson(
    403,
    'all sessions of this person were ended after the password was typed; if it goes on, compare the clocks of the nodes',
  ),
  internal: toPerson(500, 'this is a defect of Gakumon; the log has the stack under the case reference'),

  // The operator's
  'usage-wrong': toOperator(),
  interrupted: toOperator(),
  'entity-id-invalid': toOperator(),
  'config-missing': toOperator('gakumon init writes one; or name it with --config'),
  'config-invalid': toOperator(),
  'document-invalid': toOperator(),
  'document-not-found': toOperator(),
  'file-unreadable': toOperator(),
  'file-exists': toOperator('choose another --dir'),
  'key-missing': toOperator(
    'restore it from the backup; a new one in its place is not the same. keys in the configuration says where it is',
  ),
  'key-invalid': toOperator(),
  'key-in-use': toOperator(),
  'key-too-new': toOperator(),
  'secret-unopenable': toOperator(
    'it was sealed by a key that is not in the file of the sealing keys, or was changed since: gakumon keys list',
  ),
  'file-held': toOperator(),
  'port-taken': toOperator(
    'is it already running? Otherwise choose another port: listen.port in the configuration, or GAKUMON_PORT',
  ),
  'listen-failed': toOperator(),
  'decryption-failed': toOperator(),
  'metadata-invalid': toOperator(),
  'metadata-empty': toOperator('the file holds no SP that speaks SAML 2.0 by HTTP-POST'),
  'metadata-expired': toOperator('fetch a fresh copy'),
  'metadata-signature': toOperator(
    'the signer has changed its key, --cert names another one, or the file was changed on its way: compare the fingerprints',
  ),
  'metadata-validity': toOperator('fetch a fresh copy; or change --max-validity when the federation says so'),
  'metadata-trust-undecided': toOperator('name the signer with --cert PEM, or say --unsigned'),
  'metadata-intake': toOperator(),
  'metadata-address': toOperator('an address of metadata is an http or https URL, as the federation publishes it'),
  'metadata-fetch': toOperator(),
  'metadata-held': toOperator('look at who is lost; when it is right, say --accept'),
  'metadata-not-found': toOperator('gakumon metadata list'),
  'metadata-damaged': toOperator('the stored copy was changed on the disk; gakumon metadata refresh makes a new one'),
  'records-newer': toOperator('the database was written by a newer Gakumon; use that one'),
  'records-missing': toOperator('the first start of Gakumon makes it; stores.records in the configuration says where'),
  'records-not-empty': toOperator('--replace throws away what is there'),
  'records-file-invalid': toOperator('nothing was changed; export again, or take another copy'),
  'backup-invalid': toOperator('nothing was written; take another copy of the backup'),
  'person-not-found': toOperator(
    'directories know people by their login names, not by mail addresses; gakumon user history USER shows what is known of a name',
  ),
  'session-not-found': toOperator('gakumon user sessions USER shows those that live'),
  'authenticator-missing': toOperator('gakumon user authenticators USER shows what there is'),
  'authenticator-known': toOperator(
    'one secret is one authenticator; gakumon user authenticators USER shows what there is',
  ),
  'totp-secret-invalid': toOperator(
    'it is base32, 16 to 128 letters A to Z and digits 2 to 7, as it stands on the card',
  ),
  'guest-exists': toOperator('gakumon guest list shows them; gakumon guest extend gives one more time'),
  'guest-not-found': toOperator('gakumon guest list shows them'),
  'guest-refused': toOperator(),
  'departure-not-found': toOperator('gakumon user show USER tells whether somebody leaves'),
  'departures-invalid': toOperator('nothing was written; mend the lines and say it again'),
  'identifier-not-found': toOperator(
    'identifiers are known from when they were given out; with --sp those that can be computed are tried too',
  ),
  'case-not-found': toOperator('cases are kept in a ring; the log has it for as long as logs are kept'),
  'policy-case-failed': toOperator(),
  'check-failed': toOperator(),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** The codes whose row tells `T`. */
export type ErrorCodeTelling<T extends Told> = {
  [C in ErrorCode]: (typeof errorTable)[C]['told'] extends T ? C : never;
}[ErrorCode];
