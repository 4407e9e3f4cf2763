import {
  acceptAssertion,
  acceptOtp,
  acceptPassword,
  beginAssertion,
  continueSso,
  type Idp,
  type SsoAttempt,
  type SsoStep,
  type Visitor,
} from '@gakumon/idp';
import { builtInRequirements, defaultPolicy, type PolicyRule, type StepUpPolicy } from '@gakumon/mfa';
import { type AuthenticatorId, minutes, seconds } from '@gakumon/terms';
import { fixedClock, type PretendAuthenticator, type PretendSp, pretendSp } from '@gakumon/testkit';
import { attemptOf, campusPolicy, codeNow, givePasskey, giveTotp, here, student } from './factorsRig.ts';
import { type ask, browser, makeTestIdp, password, type TestIdp } from './testIdp.ts';

export const mfaClass = 'https://refeds.org/profile/mfa';
export const onCampus: Visitor = { ...browser, address: '10.1.2.3' };

/** A rule that is in force, unless told otherwise. */
export const rule = (name: string, rest: Partial<PolicyRule> = {}): PolicyRule => ({
  name,
  when: {},
  require: builtInRequirements.mfa,
  from: undefined,
  until: undefined,
  announce: undefined,
  text: undefined,
  ...rest,
});
export const outsideNeedsMfa = rule('outside-needs-mfa', { when: { network: { is: [], not: ['campus'] } } });

/** The campus, where a first authenticator may be enrolled by the password alone, and these rules. */
export const policyOf = (rules: readonly PolicyRule[], more: Partial<StepUpPolicy> = {}): StepUpPolicy => ({
  ...campusPolicy('first'),
  rules,
  ...more,
});

export type StepUpRig = TestIdp & {
  readonly sp: PretendSp;
  readonly other: PretendSp;
  /** The same IdP under another policy. */
  readonly under: (policy: StepUpPolicy) => Idp;
};

/** An IdP with two SPs, under a policy. */
export async function rigUnder(
  policy: StepUpPolicy = defaultPolicy,
  options: Parameters<typeof makeTestIdp>[1] = {},
): Promise<StepUpRig> {
  const clock = options.clock ?? fixedClock();
  const sp = pretendSp({ clock });
  const other = pretendSp({ clock, entityId: 'https://other.example.org/sp', acs: ['https://other.example.org/acs'] });
  const made = await makeTestIdp([sp, other], { ...options, clock });
  const under = (one: StepUpPolicy): Idp => ({ ...made.idp, policy: () => one });
  return { ...made, idp: under(policy), sp, other, under };
}

export const askFor = (context: string | readonly string[], more: Parameters<typeof ask>[2] = {}) => ({
  ...more,
  requestedAuthnContext: { classes: typeof context === 'string' ? [context] : [...context] },
});

export const typeIn = (idp: Idp, attempt: Pick<SsoAttempt, 'id'>, visitor: Visitor = browser): Promise<void> =>
  acceptPassword(idp, attempt, visitor, { username: student, password });

/** Types a code that was not used before, and goes on. */
export async function proveTotp(
  rig: Pick<StepUpRig, 'idp' | 'clock'>,
  attempt: SsoAttempt,
  authenticator: AuthenticatorId,
  visitor: Visitor = browser,
): Promise<SsoStep> {
  rig.clock.advance(seconds(30));
  await acceptOtp(rig.idp, attempt, visitor, { authenticator, code: codeNow(rig.clock) });
  return continueSso(rig.idp, attempt, visitor);
}

/** Uses a passkey, and goes on. */
export async function provePasskey(
  { idp }: Pick<StepUpRig, 'idp'>,
  attempt: SsoAttempt,
  device: PretendAuthenticator,
  use: 'first' | 'second',
  visitor: Visitor = browser,
): Promise<SsoStep> {
  const { options, challenge } = await beginAssertion(idp, attempt, visitor, use);
  await acceptAssertion(idp, attempt, visitor, { challenge, response: device.get(options, here) });
  return continueSso(idp, attempt, visitor);
}

export const withTotp = async <T extends StepUpRig>(rig: T) => ({ ...rig, totp: await giveTotp(rig.idp) });
export const withPasskey = async <T extends StepUpRig>(rig: T) => {
  const { device } = await givePasskey({ ...rig, attempt: attemptOf('unused') });
  rig.clock.advance(minutes(20));
  return { ...rig, device };
};
