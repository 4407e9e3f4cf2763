import { listAuthenticators, preferAuthenticator, renameAuthenticator } from '@gakumon/idp';
import type { Door, Visit } from '../../door.ts';
import { redirect } from '../../http/answer.ts';
import { onlyValue } from '../../http/formBody.ts';
import { nameOf } from './nameOf.ts';
import { authenticatorsPath, provePath } from './paths.ts';
import { type Deed, submitDeed } from './submitDeed.ts';

const rename: Deed = {
  name: 'rename',
  need: 'manage',
  formAt: () => provePath,
  act: async ({ door, owner, authenticator, form }) => {
    const typed = onlyValue(form, 'name') ?? '';
    const { name } = await renameAuthenticator(door.parts.idp, owner, authenticator, typed);
    return { kind: 'renamed', name };
  },
};

const prefer: Deed = {
  name: 'prefer',
  need: 'manage',
  formAt: () => provePath,
  act: async ({ door, visit, owner, authenticator }) => {
    const { idp } = door.parts;
    await preferAuthenticator(idp, owner, authenticator);
    const [first] = await listAuthenticators(idp, owner.person);
    return { kind: 'preferred', name: first === undefined ? '' : nameOf(first, visit.language) };
  },
};

export const submitRename = (door: Door, visit: Visit): Promise<void> => submitDeed(door, visit, rename);
export const submitPrefer = (door: Door, visit: Visit): Promise<void> => submitDeed(door, visit, prefer);

/** The address of a form, opened by itself, is nothing but the page. */
export function backToAuthenticators(door: Door, visit: Visit): void {
  redirect(door, visit, authenticatorsPath);
}
