import { exportTotp, formToken, isFixed } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../../door.ts';
import { fillPlaceholders, pageTexts } from '../../messages/index.ts';
import { inAskedLanguage } from '../../pages/showServices.ts';
import { linkToOtherLanguage, showPage } from '../../views/showPage.ts';
import { enterPage } from './enter.ts';
import { findMeant, meantIn } from './findMeant.ts';
import { canKeep, findShownKey, keepShownKey } from './notice.ts';
import { addressOf, deedPurpose } from './paths.ts';
import { showKey } from './showKey.ts';
import { type Deed, submitDeed } from './submitDeed.ts';

/** Says what it means to take a secret into a second device; after the person has said so, shows the secret for a while. */
export async function showExport(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const entered = await enterPage(door, visit, 'manage', addressOf('export', meantIn(visit)));
  if (entered === undefined) return;
  const meant = await findMeant(door, visit, entered, (one) => one.kind === 'totp' && !isFixed(one));
  if (meant === undefined) return;
  const { id, name } = meant.one;
  const { visitor, owner, session } = entered;
  const { username } = owner.person;
  const t = pageTexts[visit.language].authenticators.exporting;
  const key = findShownKey(door, visit, session, id);
  const page = {
    template: 'authenticatorsExport',
    title: key === undefined ? fillPlaceholders(t.title, { name }) : t.shownTitle,
    authenticator: id,
    shown: key && (await showKey(key, username, visit.language)),
    csrf: formToken(door.parts.idp, visitor.browser, deedPurpose('export', username, id)),
  } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

const takeOut: Deed = {
  name: 'export',
  need: 'manage',
  formAt: (authenticator) => addressOf('export', authenticator),
  act: async ({ door, visit, owner, session, authenticator }) => {
    // Before it counts as shared: a secret that could not be shown was not exported
    if (!canKeep(visit)) throw new GakumonError('store-unavailable', { detail: 'page states' });
    const { grouped, uri } = await exportTotp(door.parts.idp, owner, authenticator);
    await keepShownKey(door, visit, session, { authenticator, grouped, uri });
    return { kind: 'goOn', to: addressOf('export', authenticator) };
  },
};

export const submitExport = (door: Door, visit: Visit): Promise<void> => submitDeed(door, visit, takeOut);
