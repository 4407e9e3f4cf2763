import {
  beginPortal,
  continuePortal,
  endOtherSessions,
  endOwnSession,
  type OwnEnding,
  type Owner,
  requireFormToken,
} from '@gakumon/idp';
import { GakumonError, type SessionId } from '@gakumon/terms';
import { type Door, portalPath, type Visit, visitorOf } from '../door.ts';
import { redirect } from '../http/answer.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { leaveNotice, type PortalNotice } from './notice.ts';
import { endOthersPurpose, endPurpose } from './purposes.ts';

/** Ends one other session of the person. */
export async function submitEnd(door: Door, visit: Visit): Promise<void> {
  await carryOut(door, visit, async (owner, form, requireToken) => {
    const id = (onlyValue(form, 'session') ?? '') as SessionId;
    requireToken(endPurpose(owner, id));
    return noticeOf(await endOwnSession(door.parts.idp, owner, id), id);
  });
}

/** Ends every session of the person but this one. */
export async function submitEndOthers(door: Door, visit: Visit): Promise<void> {
  await carryOut(door, visit, async (owner, _form, requireToken) => {
    requireToken(endOthersPurpose(owner));
    return noticeOf(await endOtherSessions(door.parts.idp, owner), undefined);
  });
}

/** Who reloads after an error asks for nothing but the page. */
export function backToPortal(door: Door, visit: Visit): void {
  redirect(door, visit, portalPath);
}

type Order = (owner: Owner, form: FormFields, requireToken: (purpose: string) => void) => Promise<PortalNotice>;

/** Does what a form of the page orders, for who is signed in here, and goes back to the page, which tells what became of it. */
async function carryOut(door: Door, visit: Visit, order: Order): Promise<void> {
  requireOwnPost(door, visit);
  const { idp } = door.parts;
  const form = await readForm(visit.request, visit.response);
  const browser = door.cookies.browser(visit.request);
  if (browser === undefined) throw new GakumonError('cookies-missing');
  const step = await continuePortal(idp, beginPortal(idp), visitorOf(door, visit));
  if (step.kind === 'open') {
    const owner = { username: step.person.username, session: step.session, address: visit.address };
    const requireToken = (purpose: string): void =>
      requireFormToken(idp, browser, purpose, onlyValue(form, 'csrf') ?? '');
    await leaveNotice(visit, step.session, await order(owner, form, requireToken));
  }
  redirect(door, visit, portalPath);
}

function noticeOf(ending: OwnEnding, session: SessionId | undefined): PortalNotice {
  if (ending.kind === 'unrecorded') return { kind: 'unrecorded', session };
  if (ending.kind === 'ended' && session === undefined) return { kind: 'ended-others', count: ending.count };
  return { kind: ending.kind };
}
