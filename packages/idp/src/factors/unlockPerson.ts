import type { Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { clearSlots } from '../login/lockoutSlots.ts';
import { bucketOf } from '../login/throttle.ts';
import { forgetCodes } from './guessing.ts';
import { directoryAuthenticator } from './listAuthenticators.ts';

/**
 * Lets somebody try again at once: forgets the wrong passwords of the account, and the wrong codes of each authenticator
 * and of all together.
 * @throws GakumonError `store-unavailable`; repeat it then
 */
export async function unlockPerson(
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock' | 'authenticators'>,
  username: Username,
): Promise<void> {
  const { authenticators } = await idp.authenticators.find(username);
  const ids = [directoryAuthenticator, ...authenticators.map(({ id }) => id)];
  await idp.throttles.clear(bucketOf(idp, { kind: 'account', value: username }));
  await clearSlots(idp, username);
  await forgetCodes(idp, username, ids);
}
