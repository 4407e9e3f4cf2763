import { beginTotp, findOwner } from '@gakumon/idp';
import { unknownAddress } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { campusPolicy, codeOf } from './factorsRig.ts';
import { onCampus, outsideNeedsMfa, policyOf, rigUnder, typeIn, withTotp } from './stepUpRig.ts';
import { ask, browser, logIn, makeTestIdp, readBy } from './testIdp.ts';

/** Whom a proxy on campus tells nothing about. */
const hidden = { ...browser, address: unknownAddress };

test('attack: whoever has no address is outside, where more is asked for, and is told that of nobody', async () => {
  const rig = await withTotp(await rigUnder(policyOf([outsideNeedsMfa])));
  expect(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt, hidden)).toMatchObject({
    kind: 'stepUp',
    stepUp: { reason: { placement: { address: unknownAddress, inside: [], excluded: [] } } },
  });
});

test('attack: without an address a stolen password enrols nothing', async () => {
  const beginFrom = async (visitor: typeof browser) => {
    const { idp, sp } = await rigUnder(campusPolicy('any'));
    const { attempt } = await ask(idp, sp);
    await typeIn(idp, attempt, visitor);
    return codeOf(beginTotp(idp, await findOwner(idp, visitor, attempt)));
  };
  expect(await beginFrom(hidden)).toBe('enrolment-not-allowed');
  expect(await beginFrom(onCampus)).not.toBe('enrolment-not-allowed');
});

test('an SP that may know addresses is not told one that nobody knows', async () => {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const { idp } = await makeTestIdp([sp], { clock, settings: { subjectLocality: true } });
  const { attempt, requestId } = await ask(idp, sp);
  const { assertion } = readBy(sp, await logIn(idp, attempt, hidden), requestId);
  expect(assertion).toBeDefined();
  expect(assertion?.xml).not.toContain('SubjectLocality');
});
