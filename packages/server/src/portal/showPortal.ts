import { beginPortal, continuePortal, type HistoryEvent, listSessions, passwordPlaceOf } from '@gakumon/idp';
import { GakumonError, isGakumonError, type Username } from '@gakumon/terms';
import { type Door, type Visit, visitorOf } from '../door.ts';
import { inAskedLanguage } from '../pages/showServices.ts';
import { linkToOtherLanguage, showPage } from '../views/showPage.ts';
import { takeNotice } from './notice.ts';
import { showPortalStep } from './showPortalStep.ts';
import { viewPortal } from './viewPortal.ts';

/** How much of the history is shown. */
const mostEvents = 20;

/** A person's own sign-ins; the login page for who is not signed in. */
export async function showPortal(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const { idp } = door.parts;
  const visitor = visitorOf(door, visit);
  const attempt = beginPortal(idp);
  const step = await continuePortal(idp, attempt, visitor);
  if (step.kind !== 'open') {
    await showPortalStep(door, visit, visitor, attempt, step);
    return;
  }
  const { username } = step.person;
  const [sessions, events, notice] = await Promise.all([
    listSessions(idp, username),
    findEvents(door, username),
    takeNotice(visit, step.session),
  ]);
  const here = sessions.find(({ id }) => id === step.session);
  if (here === undefined) throw new GakumonError('session-gone');
  if (door.cookies.browser(visit.request) === undefined) door.cookies.setBrowser(visit.response, visitor.browser);
  const owner = { username, session: here.id, address: visit.address };
  const others = sessions.filter(({ id }) => id !== here.id);
  const page = viewPortal(
    { idp, catalogue: door.catalogue() },
    { owner, browser: visitor.browser, notice, here, others, events, passwordPlace: passwordPlaceOf(idp, step.person) },
    visit.language,
  );
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

/** The sessions may be seen and ended while the records are away. */
async function findEvents({ parts }: Door, username: Username): Promise<readonly HistoryEvent[] | undefined> {
  try {
    return await parts.history.listOfPerson(username, mostEvents);
  } catch (error) {
    if (isGakumonError(error) && error.code === 'store-unavailable') return undefined;
    throw error;
  }
}
