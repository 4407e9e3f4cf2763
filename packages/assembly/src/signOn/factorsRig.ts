import {
  type AuthenticatorOwner,
  acceptOtp,
  acceptPassword,
  beginPasskey,
  confirmPasskey,
  findOwner,
  type Idp,
  importTotp,
  type SsoAttempt,
  sessionIdOf,
  type Visitor,
} from '@gakumon/idp';
import { computeOtp, defaultPolicy, newTotpSecret, otpStepOf, type StepUpPolicy } from '@gakumon/mfa';
import type { AttemptId, AuthenticatorId, BrowserId, SessionToken, Username } from '@gakumon/terms';
import { type FixedClock, fixedClock, type PretendAuthenticator, pretendAuthenticator } from '@gakumon/testkit';
import { baseUrl, browser, makeDirectory, makeTestIdp, password, type TestIdp } from './testIdp.ts';

export const student = 's1234567' as Username;
export const other = 't1234567' as Username;
export const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const onCampus: Visitor = { ...browser, address: '10.1.2.3' };
export const here = { origin: baseUrl };

/** The campus, where a first authenticator, or any, may be enrolled by the password alone. */
export const campusPolicy = (enrol: 'first' | 'any'): StepUpPolicy => ({
  ...defaultPolicy,
  networks: [{ name: 'campus', include: ['10.0.0.0/8'], exclude: [], text: undefined, wrongPasswords: undefined }],
  enrolment: [
    {
      name: 'on-campus',
      when: { network: { is: ['campus'], not: [] } },
      from: undefined,
      until: undefined,
      for: enrol,
    },
  ],
});

export type Rig = TestIdp & { readonly attempt: Pick<SsoAttempt, 'id'> };

/** An IdP with two people in it, and a login that one of them has begun with the password. */
export async function beginLogin(policy: StepUpPolicy = defaultPolicy, visitor: Visitor = browser): Promise<Rig> {
  const directories = [await makeDirectory('local', student, password), await makeDirectory('others', other, password)];
  const made = await makeTestIdp([], { clock: fixedClock(), directories });
  const rig = { ...made, idp: { ...made.idp, policy: () => policy }, attempt: attemptOf('attempt-1') };
  await typePassword(rig, visitor);
  return rig;
}

export const attemptOf = (id: string): Pick<SsoAttempt, 'id'> => ({ id: id as AttemptId });
export const visitorIn = (name: string): Visitor => ({ ...browser, browser: name as BrowserId });

export async function typePassword(
  { idp, attempt }: Pick<Rig, 'idp' | 'attempt'>,
  visitor: Visitor = browser,
  username: Username = student,
): Promise<void> {
  await acceptPassword(idp, attempt, visitor, { username, password });
}

/** Gives somebody an app for one-time codes: the first with the secret that `codeNow` knows, each other with its own. */
export async function giveTotp(
  idp: Idp,
  username: Username = student,
  name = 'App',
  of?: string,
): Promise<AuthenticatorId> {
  const { authenticators } = await idp.authenticators.find(username);
  const own = of ?? (authenticators.some(({ kind }) => kind === 'totp') ? newTotpSecret() : secret);
  return (await importTotp(idp, username, { secret: own, isShared: false, name }, { actor: 'operator' })).id;
}

export const codeNow = (clock: FixedClock, steps = 0, of = secret): string =>
  computeOtp(of, otpStepOf(clock()) + steps);

/** A code that is none, nor will be soon. */
export function wrongCode(clock: FixedClock, of = secret): string {
  const good = new Set(Array.from({ length: 201 }, (_, index) => codeNow(clock, index - 100, of)));
  const wrong = Array.from({ length: 300 }, (_, index) => String(100_000 + index)).find((code) => !good.has(code));
  if (wrong === undefined) throw new Error('every code is good');
  return wrong;
}

/** Sends so many wrong codes from fresh logins, as somebody who knows the password; tells what each was answered. */
export async function guess(rig: Rig, authenticator: AuthenticatorId, times: number): Promise<string[]> {
  const told: string[] = [];
  for (let round = 0; round < times; round += 1) {
    const attempt = attemptOf(`guess-${rig.clock()}-${round}`);
    const visitor = visitorIn(`browser-of-guess-${round}`);
    await typePassword({ idp: rig.idp, attempt }, visitor);
    const code = wrongCode(rig.clock);
    told.push(await codeOf(acceptOtp(rig.idp, attempt, visitor, { authenticator, code })));
  }
  return told;
}

/** The code of an error, or that there was none. */
export const codeOf = (done: Promise<unknown>): Promise<string> =>
  done.then(
    () => 'done',
    (error) => error.code,
  );

/** What was proved in the login so far. */
export async function provedIn({ idp, attempt }: Pick<Rig, 'idp' | 'attempt'>, visitor: Visitor = browser) {
  const pending = await idp.pendingLogins.find(attempt.id, visitor.browser);
  return pending?.facts.map(({ authenticator }) => authenticator) ?? [];
}

/** Enrols a passkey as its owner would, on campus. */
export async function givePasskey(
  rig: Rig,
  device: PretendAuthenticator = pretendAuthenticator(),
  username: Username = student,
): Promise<{ readonly device: PretendAuthenticator; readonly id: AuthenticatorId }> {
  const attempt = attemptOf(`enrol-${username}`);
  const visitor: Visitor = { ...onCampus, browser: `browser-of-${username}` as BrowserId };
  const idp: Idp = { ...rig.idp, policy: () => campusPolicy('any') };
  await typePassword({ idp, attempt }, visitor, username);
  const owner = await findOwner(idp, visitor, attempt);
  const { options, challenge } = await beginPasskey(idp, owner);
  const answer = { challenge, response: device.create(options, here), otherwise: 'Passkey' };
  const { id } = await confirmPasskey(idp, owner, answer);
  await idp.pendingLogins.remove(attempt.id, visitor.browser);
  return { device, id };
}

/** A session that was proved with the password and, if named, with these authenticators. */
export async function openSession(
  { idp, clock }: Pick<Rig, 'idp' | 'clock'>,
  token: string,
  ids: readonly AuthenticatorId[] = [],
): Promise<Visitor> {
  const session = token as SessionToken;
  const at = clock();
  const address = browser.address;
  const password = { authenticator: 'password', at, address, passwordVersion: undefined } as const;
  const facts = [password, ...ids.map((id) => ({ ...password, authenticator: 'totp', id }) as const)];
  const ends = { createdAt: at, idleAt: at + 3_600_000, expiresAt: at + 3_600_000 };
  await idp.sessions.create({ id: sessionIdOf(session), username: student, facts, serviceProviders: [], ...ends });
  return { ...visitorIn(`browser-of-${token}`), session };
}

export const ownerOf = (rig: Rig, visitor: Visitor = browser): Promise<AuthenticatorOwner> =>
  findOwner(rig.idp, visitor, rig.attempt);
