import { formToken, isFixed, removeAuthenticator } from '@gakumon/idp';
import type { Door, Visit } from '../../door.ts';
import { fillPlaceholders, pageTexts } from '../../messages/index.ts';
import { inAskedLanguage } from '../../pages/showServices.ts';
import { linkToOtherLanguage, showPage } from '../../views/showPage.ts';
import { enterPage } from './enter.ts';
import { findMeant, meantIn } from './findMeant.ts';
import { addressOf, deedPurpose } from './paths.ts';
import { type Deed, submitDeed } from './submitDeed.ts';

/** Asks once more, and says what it means. */
export async function showRemoval(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const entered = await enterPage(door, visit, 'manage', addressOf('remove', meantIn(visit)));
  if (entered === undefined) return;
  const meant = await findMeant(door, visit, entered, (one) => !isFixed(one));
  if (meant === undefined) return;
  const { id, name, kind } = meant.one;
  const { visitor, owner } = entered;
  const t = pageTexts[visit.language].authenticators.removal;
  const page = {
    template: 'authenticatorsRemove',
    title: fillPlaceholders(t.title, { name }),
    authenticator: id,
    device: t.device[kind],
    isLast: meant.others === 0,
    csrf: formToken(door.parts.idp, visitor.browser, deedPurpose('remove', owner.person.username, id)),
  } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

const remove: Deed = {
  name: 'remove',
  need: 'manage',
  formAt: (authenticator) => addressOf('remove', authenticator),
  act: async ({ door, owner, authenticator }) => {
    const { removed, left } = await removeAuthenticator(door.parts.idp, owner, authenticator);
    return { kind: left === 0 ? 'removedLast' : 'removed', name: removed.name };
  },
};

export const submitRemoval = (door: Door, visit: Visit): Promise<void> => submitDeed(door, visit, remove);
