import {
  acceptOtp,
  beginPortal,
  continuePortal,
  type Idp,
  openPortalAttempt,
  type PortalAttempt,
  type PortalStep,
  sealPortalAttempt,
  type Visitor,
} from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { campusPolicy, codeNow } from './factorsRig.ts';
import { onCampus, outsideNeedsMfa, policyOf, rigUnder, typeIn, withTotp } from './stepUpRig.ts';
import { afterwards, ask, browser, logIn } from './testIdp.ts';

/** Types the password for the portal, and goes on. */
async function enter(idp: Idp, attempt: PortalAttempt, visitor: Visitor): Promise<PortalStep> {
  await typeIn(idp, attempt, visitor);
  return continuePortal(idp, attempt, visitor);
}

const afterPortal = (step: PortalStep, visitor: Visitor): Visitor =>
  step.kind === 'open' && step.begun !== undefined ? { ...visitor, session: step.begun.token } : visitor;

test('what is wanted is sealed with the attempt, and the release before this one wanted to view', async () => {
  const { idp } = await rigUnder();
  const attempt = beginPortal(idp, 'manage', '/portal/authenticators');
  expect(openPortalAttempt(idp, sealPortalAttempt(idp, attempt))).toEqual(attempt);
  const former = sealPortalAttempt(idp, { id: attempt.id } as PortalAttempt);
  expect(openPortalAttempt(idp, former)).toEqual({ id: attempt.id, need: 'view' });
});

describe('to view', () => {
  test('the policy holds as for a service', async () => {
    const rig = await withTotp(await rigUnder(policyOf([outsideNeedsMfa])));
    const attempt = beginPortal(rig.idp);
    expect((await enter(rig.idp, attempt, onCampus)).kind).toBe('open');
    const outside = beginPortal(rig.idp);
    const step = await enter(rig.idp, outside, browser);
    expect(step).toMatchObject({
      kind: 'stepUp',
      stepUp: { options: [{ id: rig.totp }], reason: { rules: [{ name: 'outside-needs-mfa' }] } },
    });
    await acceptOtp(rig.idp, outside, browser, { authenticator: rig.totp, code: codeNow(rig.clock) });
    expect((await continuePortal(rig.idp, outside, browser)).kind).toBe('open');
  });
  test('who cannot meet it is told where it would do', async () => {
    const { idp } = await rigUnder(policyOf([outsideNeedsMfa]));
    expect(await enter(idp, beginPortal(idp), browser)).toMatchObject({
      kind: 'unreachable',
      mayEnrol: false,
      reason: { elsewhere: ['campus'] },
    });
  });
});

describe('to manage', () => {
  test('who has no authenticator types the password, and again after a quarter of an hour', async () => {
    const { idp, sp, clock } = await rigUnder();
    const visitor = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    expect((await continuePortal(idp, beginPortal(idp, 'manage'), visitor)).kind).toBe('open');
    clock.advance(minutes(16));
    const attempt = beginPortal(idp, 'manage');
    expect(await continuePortal(idp, attempt, visitor)).toMatchObject({ kind: 'login', fresh: true });
    expect((await continuePortal(idp, beginPortal(idp), visitor)).kind).toBe('open');
    expect((await enter(idp, attempt, visitor)).kind).toBe('open');
  });
  test('attack: whoever knows the password of somebody with an authenticator proves that too', async () => {
    const rig = await withTotp(await rigUnder());
    const attempt = beginPortal(rig.idp, 'manage');
    expect(await enter(rig.idp, attempt, browser)).toMatchObject({
      kind: 'stepUp',
      stepUp: { options: [{ id: rig.totp }] },
    });
    await acceptOtp(rig.idp, attempt, browser, { authenticator: rig.totp, code: codeNow(rig.clock) });
    const step = await continuePortal(rig.idp, attempt, browser);
    expect(step.kind).toBe('open');
    rig.clock.advance(minutes(16));
    const later = await continuePortal(rig.idp, beginPortal(rig.idp, 'manage'), afterPortal(step, browser));
    expect(later.kind).toBe('login');
  });
  test('attack: a code without the password is not enough, once the password is old', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    rig.clock.advance(minutes(16));
    const attempt = beginPortal(rig.idp, 'manage');
    await acceptOtp(rig.idp, attempt, visitor, { authenticator: rig.totp, code: codeNow(rig.clock) });
    expect((await continuePortal(rig.idp, attempt, visitor)).kind).toBe('login');
  });
  test('where policy lets people begin again, the password is enough, there only', async () => {
    const rig = await withTotp(await rigUnder(campusPolicy('any')));
    expect((await enter(rig.idp, beginPortal(rig.idp, 'manage'), onCampus)).kind).toBe('open');
    expect((await enter(rig.idp, beginPortal(rig.idp, 'manage'), browser)).kind).toBe('stepUp');
  });
  test('the page to enrol on opens to whoever may enrol what the policy asks for, and no other page', async () => {
    const everywhere = { ...outsideNeedsMfa, when: {} };
    const { idp } = await rigUnder(policyOf([everywhere]));
    expect((await enter(idp, beginPortal(idp, 'manage'), onCampus)).kind).toBe('open');
    expect(await enter(idp, beginPortal(idp), onCampus)).toMatchObject({ kind: 'unreachable', mayEnrol: true });
    expect(await enter(idp, beginPortal(idp, 'manage'), browser)).toMatchObject({
      kind: 'unreachable',
      mayEnrol: false,
    });
  });
});
