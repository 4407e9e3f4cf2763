import { beginTotp, confirmTotp, formToken, listAuthenticators, ownRecord } from '@gakumon/idp';
import type { Door, Visit } from '../../door.ts';
import { onlyValue } from '../../http/formBody.ts';
import { pageTexts } from '../../messages/index.ts';
import { inAskedLanguage } from '../../pages/showServices.ts';
import { linkToOtherLanguage, showPage } from '../../views/showPage.ts';
import { driftOf } from './driftOf.ts';
import { enterPage } from './enter.ts';
import { findJustAdded } from './justAdded.ts';
import { takeDeedNotice } from './notice.ts';
import { addressOf, deedPurpose } from './paths.ts';
import { refuseEnrolment } from './refuseEnrolment.ts';
import { showKey } from './showKey.ts';
import { type Deed, submitDeed } from './submitDeed.ts';
import { viewNotice } from './viewNotice.ts';

/**
 * Shows the secret of a new app. A secret that nobody confirmed proves nothing, and for an hour it is the same one: to
 * look is no change, so that reloading, going back and a second tab all show what the app has already.
 */
export async function showTotpEnrolment(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const entered = await enterPage(door, visit, 'manage', addressOf('totp'));
  if (entered === undefined) return;
  const { idp } = door.parts;
  const { visitor, owner, session } = entered;
  const { pendingTotps } = await ownRecord(idp, owner.person).find();
  const begun = await beginTotp(idp, owner).catch(refuseEnrolment(door, visit, entered));
  if (begun === undefined) return;
  const { username } = owner.person;
  const deed = await takeDeedNotice(visit, session);
  const notice = viewNotice(deed, visit.language);
  // After a wrong code nobody has to be told that it is the same secret
  const isResumed = notice === undefined && pendingTotps.some(({ secret }) => secret === begun.secret);
  const t = pageTexts[visit.language].authenticators;
  const page = {
    template: 'authenticatorsTotp',
    title: t.totp.title,
    notice,
    shown: await showKey(begun, username, visit.language),
    name: t.names.totp,
    isResumed,
    isAnew: deed?.kind === 'refused' && deed.code === 'totp-begun-anew',
    csrf: formToken(idp, visitor.browser, deedPurpose('totp', username, '')),
  } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

/**
 * Whoever knows a code of the secret has seen the page above, which took a fresh proof. That what was proved then let this
 * person enrol is looked at again; it may be up to an hour ago, since an app has to be found and installed.
 */
const enrol: Deed = {
  name: 'totp',
  need: 'view',
  formAt: () => addressOf('totp'),
  act: async ({ door, visit, owner, form }) => {
    const { idp } = door.parts;
    const otherwise = pageTexts[visit.language].authenticators.names.totp;
    const typed = { code: onlyValue(form, 'otp') ?? '', name: onlyValue(form, 'name'), otherwise };
    try {
      const { id, name } = await confirmTotp(idp, owner, typed);
      const added = (await listAuthenticators(idp, owner.person)).find((one) => one.id === id);
      return { kind: 'added', name, drift: driftOf(added) };
    } catch (error) {
      const added = await findJustAdded(idp, owner, 'totp', error);
      if (added === undefined) throw error;
      return { kind: 'added', name: added.name, drift: driftOf(added) };
    }
  },
};

export const submitTotpEnrolment = (door: Door, visit: Visit): Promise<void> => submitDeed(door, visit, enrol);
