import { decideOwnEnrolment, listAuthenticators } from '@gakumon/idp';
import type { Door, Visit } from '../../door.ts';
import { redirect } from '../../http/answer.ts';
import { inAskedLanguage } from '../../pages/showServices.ts';
import { linkToOtherLanguage, showPage } from '../../views/showPage.ts';
import { enterPage } from './enter.ts';
import { leaveDeedNotice, takeDeedNotice } from './notice.ts';
import { authenticatorsPath, provePath } from './paths.ts';
import { viewAuthenticators } from './viewAuthenticators.ts';
import { viewNotice } from './viewNotice.ts';

/** A person's own authenticators; the login page for who is not signed in. */
export async function showAuthenticators(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const entered = await enterPage(door, visit, 'view', authenticatorsPath);
  if (entered === undefined) return;
  const { idp } = door.parts;
  const { owner, session } = entered;
  const [authenticators, notice] = await Promise.all([
    listAuthenticators(idp, owner.person),
    takeDeedNotice(visit, session),
  ]);
  const enrolment = await decideOwnEnrolment(idp, owner, { authenticators });
  const page = viewAuthenticators(
    idp,
    { owner, authenticators, enrolment, notice: viewNotice(notice, visit.language, idp.policy().networks) },
    visit.language,
  );
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

/** Asks for a fresh proof, and goes back to the page, where more can be done then. */
export async function proveForAuthenticators(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const entered = await enterPage(door, visit, 'manage', provePath);
  if (entered === undefined) return;
  await leaveDeedNotice(visit, entered.session, { kind: 'proved' });
  redirect(door, visit, authenticatorsPath);
}
