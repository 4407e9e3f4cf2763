import { seal, type TotpKey, unseal } from '@gakumon/idp';
import { type AuthenticatorId, type ErrorCode, isGakumonError, minutes, type SessionId } from '@gakumon/terms';
import type { Door, Visit } from '../../door.ts';
import { forgetPageState, pageStateOf, savePageState } from '../pageState.ts';

/** How far the clock of a device is off, where that is worth telling. */
export type Drift = { readonly minutes: number; readonly slow: 0 | 1 };

/** What became of the last order about authenticators, told on the page that comes after it. */
export type DeedNotice =
  | { readonly kind: 'added' | 'tried'; readonly name: string; readonly drift: Drift | undefined }
  | { readonly kind: 'renamed' | 'removed' | 'removedLast' | 'preferred'; readonly name: string }
  | { readonly kind: 'proved' }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly data: Readonly<Record<string, string | number>>;
      readonly reference: string | undefined;
    };

/** A key that its owner asked to see again, for a while: so long reloading and going back show it without asking anew. */
export type ShownKey = Omit<TotpKey, 'secret'> & { readonly authenticator: AuthenticatorId; readonly until: number };

/** For whom they are: in another login of the same browser, or in another browser, they are nobody's. */
type Kept = { readonly for: SessionId };

declare module 'express-session' {
  interface SessionData {
    deed: DeedNotice & Kept;
    /** Sealed: what rests in a store holds no secret that can be read (law 8). */
    shownKey: Kept & { readonly sealed: string };
  }
}

const purpose = 'shown key';
const shownFor = minutes(10);

/** Leaves a notice for the next page of this session. */
export async function leaveDeedNotice({ request }: Visit, owner: SessionId, notice: DeedNotice): Promise<void> {
  const state = pageStateOf(request);
  if (state === undefined) return;
  state.deed = { ...notice, for: owner };
  await savePageState(state);
}

/** Takes the notice of this session; it is shown once. */
export async function takeDeedNotice({ request }: Visit, owner: SessionId): Promise<DeedNotice | undefined> {
  const state = pageStateOf(request);
  const notice = state?.deed;
  if (state === undefined || notice?.for !== owner) return undefined;
  if (state.shownKey === undefined) await forgetPageState(state);
  else {
    delete state.deed;
    await savePageState(state);
  }
  return notice;
}

/** Whether there is somewhere to keep what the next page is to show. */
export const canKeep = ({ request }: Visit): boolean => pageStateOf(request) !== undefined;

/** Keeps a key for the page that shows it. */
export async function keepShownKey(
  { parts: { idp } }: Pick<Door, 'parts'>,
  { request }: Visit,
  owner: SessionId,
  key: Omit<ShownKey, 'until'>,
): Promise<void> {
  const state = pageStateOf(request);
  const sealed = seal(idp.sealingKeys, purpose, { ...key, until: idp.clock() + shownFor });
  if (state === undefined || sealed.kind === 'too-large') return;
  state.shownKey = { sealed: sealed.text, for: owner };
  await savePageState(state);
}

/** The key that this session may see now; undefined when it is none of this authenticator, or its time is over. */
export function findShownKey(
  { parts: { idp } }: Pick<Door, 'parts'>,
  { request }: Visit,
  owner: SessionId,
  authenticator: AuthenticatorId,
): ShownKey | undefined {
  const kept = pageStateOf(request)?.shownKey;
  if (kept?.for !== owner) return undefined;
  try {
    // The seal proves that we wrote it, in this format.
    const key = unseal(idp.sealingKeys, purpose, kept.sealed) as ShownKey;
    return key.authenticator === authenticator && idp.clock() < key.until ? key : undefined;
  } catch (error) {
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}
