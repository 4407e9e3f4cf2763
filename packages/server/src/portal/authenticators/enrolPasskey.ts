import { beginPasskey, confirmPasskey, formToken } from '@gakumon/idp';
import type { Door, Visit } from '../../door.ts';
import { onlyValue } from '../../http/formBody.ts';
import { pageTexts } from '../../messages/index.ts';
import { inAskedLanguage } from '../../pages/showServices.ts';
import { linkToOtherLanguage, showPage } from '../../views/showPage.ts';
import { enterPage } from './enter.ts';
import { findJustAdded } from './justAdded.ts';
import { takeDeedNotice } from './notice.ts';
import { addressOf, deedPurpose } from './paths.ts';
import { refuseEnrolment } from './refuseEnrolment.ts';
import { type Deed, submitDeed } from './submitDeed.ts';
import { viewNotice } from './viewNotice.ts';

/** Shows the page that asks the browser for a new passkey. */
export async function showPasskeyEnrolment(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const entered = await enterPage(door, visit, 'manage', addressOf('passkey'));
  if (entered === undefined) return;
  const { idp } = door.parts;
  const { visitor, owner, session } = entered;
  const request = await beginPasskey(idp, owner).catch(refuseEnrolment(door, visit, entered));
  if (request === undefined) return;
  const t = pageTexts[visit.language].authenticators;
  const page = {
    template: 'authenticatorsPasskey',
    title: t.passkey.title,
    notice: viewNotice(await takeDeedNotice(visit, session), visit.language),
    request,
    name: t.names.webauthn,
    csrf: formToken(idp, visitor.browser, deedPurpose('passkey', owner.person.username, '')),
  } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

const enrol: Deed = {
  name: 'passkey',
  need: 'manage',
  formAt: () => addressOf('passkey'),
  act: async ({ door, visit, owner, form }) => {
    const { idp } = door.parts;
    const made = {
      challenge: onlyValue(form, 'challenge') ?? '',
      response: onlyValue(form, 'response') ?? '',
      name: onlyValue(form, 'name'),
      otherwise: pageTexts[visit.language].authenticators.names.webauthn,
    };
    try {
      const { name } = await confirmPasskey(idp, owner, made);
      return { kind: 'added', name, drift: undefined };
    } catch (error) {
      const added = await findJustAdded(idp, owner, 'webauthn', error);
      if (added === undefined) throw error;
      return { kind: 'added', name: added.name, drift: undefined };
    }
  },
};

export const submitPasskeyEnrolment = (door: Door, visit: Visit): Promise<void> => submitDeed(door, visit, enrol);
