import { beginPortal } from '@gakumon/idp';
import { isGakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../../door.ts';
import { redirect } from '../../http/answer.ts';
import { recordRefusal } from '../../pages/showError.ts';
import type { Entered } from './enter.ts';
import { leaveDeedNotice } from './notice.ts';
import { authenticatorsPath } from './paths.ts';

/** Who may not enrol now, or has as many as there can be, is told so on the page of all of them, which says what helps. */
export function refuseEnrolment(door: Door, visit: Visit, { owner, session }: Entered) {
  return async (error: unknown): Promise<undefined> => {
    const isTold =
      isGakumonError(error) && (error.code === 'enrolment-not-allowed' || error.code === 'authenticator-limit');
    if (!isTold) throw error;
    const { code, data } = error;
    const opened = await recordRefusal(door, visit, error, {
      portal: beginPortal(door.parts.idp, 'manage'),
      username: owner.person.username,
      tried: { during: 'setting-up' },
    });
    await leaveDeedNotice(visit, session, { kind: 'refused', code, data, reference: opened?.reference });
    redirect(door, visit, authenticatorsPath);
    return undefined;
  };
}
