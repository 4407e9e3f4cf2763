import { type SsoAttempt, seal, unseal, type Visitor } from '@gakumon/idp';
import { type BrowserId, type ErrorCode, isGakumonError, minutes } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';

/** The page that a try was made on, e.g. `login`, or one way of a page; it tells of what went wrong on no other one. */
export type TriedOn = 'login' | 'changePassword' | `${'stepUp' | 'enrol'} ${string}`;

/** What the last try at a login left behind: the name as typed, and why it was refused, if it was tried at all. */
export type LastTry = {
  readonly username: string;
  /** Undefined: whichever page comes next tells of it. */
  readonly on?: TriedOn | undefined;
  readonly refusal?:
    | {
        readonly code: ErrorCode;
        readonly data: Readonly<Record<string, string | number>>;
        readonly reference: string | undefined;
      }
    | undefined;
};

type KeptTry = LastTry & { readonly attempt: string; readonly browser: BrowserId; readonly at: number };

/** It bridges the way to the next page, and the going back and reloading around it. */
const keptFor = minutes(1);
const purpose = 'last try';
/** Longer than a name can be; a form field that holds more is not kept. */
const longestName = 128;

/**
 * Keeps it in a cookie for the next page of this attempt. Sealed, and bound to browser and attempt: nobody else can have
 * our page say that a password was wrong.
 */
export function keepLastTry(
  door: Door,
  visit: Visit,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  last: LastTry,
): void {
  const { idp } = door.parts;
  const kept: KeptTry = {
    ...last,
    username: shortened(last.username),
    attempt: attempt.id,
    browser: visitor.browser,
    at: idp.clock(),
  };
  const sealed = seal(idp.sealingKeys, purpose, kept);
  if (sealed.kind === 'sealed') door.cookies.setLastTry(visit.response, sealed.text, keptFor);
}

/** What a page has to tell of the last try: nothing when that was on another page. */
export function refusalOn(lastTry: LastTry | undefined, page: TriedOn): LastTry['refusal'] {
  return lastTry?.on === undefined || lastTry.on === page ? lastTry?.refusal : undefined;
}

/** @returns undefined when there was none, or it is not of this browser and attempt, or too old */
export function findLastTry(door: Door, visit: Visit, attempt: Pick<SsoAttempt, 'id'>): LastTry | undefined {
  const { idp } = door.parts;
  const browser = door.cookies.browser(visit.request);
  const sealed = door.cookies.lastTry(visit.request);
  if (sealed === undefined || browser === undefined) return undefined;
  try {
    // The seal proves that we wrote it, in this format.
    const kept = unseal(idp.sealingKeys, purpose, sealed) as KeptTry;
    const holds = kept.browser === browser && kept.attempt === attempt.id && idp.clock() - kept.at <= keptFor;
    return holds ? kept : undefined;
  } catch (error) {
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}

const shortened = (username: string): string => username.slice(0, longestName).toWellFormed();
