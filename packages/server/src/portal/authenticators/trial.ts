import {
  beginAssertion,
  beginPortal,
  formToken,
  listAuthenticators,
  openPortalAttempt,
  sealPortalAttempt,
  tryAssertion,
  tryOtp,
} from '@gakumon/idp';
import type { Authenticator } from '@gakumon/mfa';
import { GakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../../door.ts';
import { onlyValue } from '../../http/formBody.ts';
import { fillPlaceholders, pageTexts } from '../../messages/index.ts';
import { inAskedLanguage } from '../../pages/showServices.ts';
import { linkToOtherLanguage, showPage } from '../../views/showPage.ts';
import { driftOf } from './driftOf.ts';
import { enterPage } from './enter.ts';
import { findMeant, meantIn } from './findMeant.ts';
import { nameOf } from './nameOf.ts';
import { takeDeedNotice } from './notice.ts';
import { addressOf, deedPurpose } from './paths.ts';
import { type Deed, type Order, submitDeed } from './submitDeed.ts';
import { viewNotice } from './viewNotice.ts';

/** Lets somebody try an authenticator without any service. Wrong tries count as they do in a login; a right one proves nothing to anybody. */
export async function showTrial(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const entered = await enterPage(door, visit, 'view', addressOf('test', meantIn(visit)));
  if (entered === undefined) return;
  const meant = await findMeant(door, visit, entered, () => true);
  if (meant === undefined) return;
  const { idp } = door.parts;
  const { visitor, owner, session } = entered;
  const { id, kind } = meant.one;
  const attempt = beginPortal(idp);
  const page = {
    template: 'authenticatorsTest',
    title: fillPlaceholders(pageTexts[visit.language].authenticators.trial.title, {
      name: nameOf(meant.one, visit.language),
    }),
    notice: viewNotice(await takeDeedNotice(visit, session), visit.language),
    authenticator: id,
    attempt: sealPortalAttempt(idp, attempt),
    request: kind === 'webauthn' ? await beginAssertion(idp, attempt, visitor, 'second') : undefined,
    csrf: formToken(idp, visitor.browser, deedPurpose('test', owner.person.username, id)),
  } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

const test: Deed = {
  name: 'test',
  need: 'view',
  formAt: (authenticator) => addressOf('test', authenticator),
  act: async (order) => {
    await tryIt(order);
    const used = await findUsed(order);
    return { kind: 'tried', name: nameOf(used, order.visit.language), drift: driftOf(used) };
  },
};

async function tryIt({ door, visitor, form, authenticator }: Order): Promise<void> {
  const { idp } = door.parts;
  const response = onlyValue(form, 'response');
  if (response === undefined) {
    await tryOtp(idp, visitor, { authenticator, code: onlyValue(form, 'otp') ?? '' });
    return;
  }
  const attempt = openPortalAttempt(idp, onlyValue(form, 'attempt') ?? '');
  await tryAssertion(idp, attempt, visitor, { challenge: onlyValue(form, 'challenge') ?? '', response });
}

/** The browser may have offered another one of the person's passkeys than the one that was to be tried. */
async function findUsed({ door, owner, authenticator, form }: Order): Promise<Authenticator> {
  const all = await listAuthenticators(door.parts.idp, owner.person);
  const isPasskey = onlyValue(form, 'response') !== undefined;
  const lastUsed = all.filter(({ kind }) => kind === 'webauthn').toSorted((a, b) => usedAt(b) - usedAt(a))[0];
  const used = isPasskey ? lastUsed : all.find(({ id }) => id === authenticator);
  if (used === undefined) throw new GakumonError('authenticator-not-found');
  return used;
}
const usedAt = ({ lastUsed }: Authenticator): number => lastUsed?.at ?? 0;

export const submitTrial = (door: Door, visit: Visit): Promise<void> => submitDeed(door, visit, test);
