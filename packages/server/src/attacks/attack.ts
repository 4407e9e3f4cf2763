import type { ErrorCodeTelling } from '@gakumon/terms';
import { type FixedClock, type PretendSp, pretendSp, type SendOptions } from '@gakumon/testkit';
import type { TestDoor, TestDoorOptions } from '../flows/testDoor.ts';
import type { PageErrorCode } from '../messages/index.ts';

/** One HTTP request, every octet of it as the attacker wants it. */
export type RawRequest = {
  readonly method: string;
  /** Path and query, untouched. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

/** What an attack must get: a page about an error, a SAML error at the SP, or the login page where nothing is wrong. */
export type Expected =
  | { readonly page: PageErrorCode }
  | { readonly sp: ErrorCodeTelling<'sp'> }
  | { readonly shows: 'login' }
  /** Told on a page of ours where the person can mend it or go on. */
  | { readonly told: PageErrorCode }
  /** What is no HTTP request at all. */
  | { readonly broken: number };

/** Something that must be answered clearly. Each file `attacks.ts` in a folder beside this one lists those of one kind. */
export type Attack = {
  readonly name: string;
  readonly expected: Expected;
  readonly request: (door: AttackedDoor) => RawRequest | Promise<RawRequest>;
};

/** What such a file exports. */
export type AttackFile = {
  readonly attacks: readonly Attack[];
  /** For attacks on a door of their own, on which each one has a day of its own; one door is shared by all others. */
  readonly doorOptions?: TestDoorOptions;
};

/** The door that is attacked, and the SPs whose names are misused. */
export type AttackedDoor = TestDoor & {
  /** Promises signed requests. */
  readonly signing: PretendSp;
  /** The SP in whose name the documents of saml's signature attacks are written. */
  readonly wrapped: PretendSp;
};

/** The time in which those documents were written. */
export const attackedAt = '2026-04-01T00:01:00Z';

export const makeAttackedSps = (clock: FixedClock): Pick<AttackedDoor, 'signing' | 'wrapped'> => ({
  signing: pretendSp({
    clock,
    entityId: 'https://signing.example.org/sp',
    acs: ['https://signing.example.org/acs'],
    authnRequestsSigned: true,
  }),
  wrapped: pretendSp({
    clock,
    entityId: 'https://sp.example.ac.jp/sp',
    acs: ['https://sp.example.ac.jp/acs'],
    authnRequestsSigned: true,
  }),
});

export const redirectPath = '/idp/profile/SAML2/Redirect/SSO';
export const postPath = '/idp/profile/SAML2/POST/SSO';

export const get = (path: string, headers: RawRequest['headers'] = {}): RawRequest => ({
  method: 'GET',
  path,
  headers,
});

/** A form, as it stands. */
export const post = (path: string, body: string | Buffer, headers: RawRequest['headers'] = {}): RawRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body,
});

/** A message by HTTP-POST, whatever it is. */
export const postMessage = (xml: string | Buffer): RawRequest =>
  post(postPath, `SAMLRequest=${encodeURIComponent(Buffer.from(xml).toString('base64'))}`);

/** The query of an AuthnRequest by HTTP-Redirect. */
export function queryOf(door: AttackedDoor, options: SendOptions = {}, sp: PretendSp = door.sp): string {
  return new URL(sp.redirectTo(`${door.baseUrl}${redirectPath}`, options).url).search.slice(1);
}

/** An AuthnRequest by HTTP-Redirect. */
export const byRedirect = (door: AttackedDoor, options: SendOptions = {}, sp?: PretendSp): RawRequest =>
  get(`${redirectPath}?${queryOf(door, options, sp)}`);

/** The fields of an AuthnRequest by HTTP-POST. */
export function formOf(door: AttackedDoor, options: SendOptions = {}, sp: PretendSp = door.sp): string {
  return new URLSearchParams(sp.postTo(`${door.baseUrl}${postPath}`, options).fields).toString();
}

export const byPost = (door: AttackedDoor, options: SendOptions = {}, sp?: PretendSp): RawRequest =>
  post(postPath, formOf(door, options, sp));

/** The same attack by both bindings. */
export const byBoth = (name: string, expected: Expected, options: SendOptions): readonly Attack[] => [
  { name: `${name}, by HTTP-Redirect`, expected, request: (door) => byRedirect(door, options) },
  { name: `${name}, by HTTP-POST`, expected, request: (door) => byPost(door, options) },
];
