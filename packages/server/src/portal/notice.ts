import type { SessionId } from '@gakumon/terms';
import type { Visit } from '../door.ts';
import { forgetPageState, pageStateOf, savePageState } from './pageState.ts';

/** What became of an order, told on the page that comes after it. */
export type PortalNotice =
  | { readonly kind: 'ended' | 'absent' }
  | { readonly kind: 'ended-others'; readonly count: number }
  /** Over, but a part of the system was away: to be repeated. */
  | { readonly kind: 'unrecorded'; readonly session: SessionId | undefined };

/** For whom it is: in another login of the same browser, or in another browser, it is nobody's. */
type KeptNotice = PortalNotice & { readonly for: SessionId };

declare module 'express-session' {
  interface SessionData {
    notice: KeptNotice;
  }
}

/** Leaves a notice for the next page of this session. */
export async function leaveNotice({ request }: Visit, owner: SessionId, notice: PortalNotice): Promise<void> {
  const state = pageStateOf(request);
  if (state === undefined) return;
  state.notice = { ...notice, for: owner };
  await savePageState(state);
}

/** Takes the notice of this session; it is shown once, except for one that asks to be answered. */
export async function takeNotice({ request }: Visit, owner: SessionId): Promise<PortalNotice | undefined> {
  const state = pageStateOf(request);
  const notice = state?.notice;
  if (state === undefined || notice?.for !== owner) return undefined;
  if (notice.kind !== 'unrecorded') await forgetPageState(state);
  return notice;
}
