import { acceptPassword, listHolds, unlockPerson } from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
import { fixedClock } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { attemptOf, codeOf, student } from './factorsRig.ts';
import { browser, makeDirectory, makeTestIdp } from './testIdp.ts';

test('staff see what is counted for the lock-out of a directory, for as long as it is, until they unlock', async () => {
  const inner = await makeDirectory('ad', student, 'a river in the morning');
  const clock = fixedClock();
  const directories = [{ ...inner, lockout: { attempts: 5, window: minutes(30) } }];
  const { idp } = await makeTestIdp([], { clock, directories });
  const guess = () => codeOf(acceptPassword(idp, attemptOf('a'), browser, { username: student, password: 'a guess' }));
  expect([await guess(), await guess()]).toEqual(['credentials-wrong', 'credentials-wrong']);
  const resetsAt = clock() + minutes(30);
  const held = { about: 'lock-out', window: 'directory', count: 2, limit: 4, resetsAt };
  expect(await listHolds(idp, student, [])).toContainEqual(held);
  // The window of the wrong passwords is over, that of the directory is not
  clock.advance(minutes(11));
  expect(await listHolds(idp, student, [])).toEqual([held]);
  await unlockPerson(idp, student);
  expect(await listHolds(idp, student, [])).toEqual([]);
});
