import { join } from 'node:path';
import {
  acceptOtp,
  beginPasskey,
  beginPortal,
  beginTotp,
  continuePortal,
  continueSso,
  exportTotp,
  findOwner,
  type Idp,
  listSessions,
  removeAuthenticator,
  type SsoAttempt,
  type Visitor,
} from '@gakumon/idp';
import { certifiedAal2, defaultPolicy } from '@gakumon/mfa';
import { openStores, type Stores } from '@gakumon/stores';
import { authnContexts, hours, minutes, seconds } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createSealedAuthenticators } from '../authenticators/sealedAuthenticators.ts';
import { codeNow, codeOf, giveTotp, student, visitorIn } from './factorsRig.ts';
import {
  askFor,
  mfaClass,
  provePasskey,
  proveTotp,
  rigUnder,
  type StepUpRig,
  withPasskey,
  withTotp,
} from './stepUpRig.ts';
import { afterwards, ask, browser, logIn, readBy } from './testIdp.ts';

const { gakuninAal2: aal2Class } = authnContexts;
const aal2 = certifiedAal2({ within: hours(12), idle: minutes(30), syncedPasskeys: 'refuse' });
const policy = { ...defaultPolicy, contexts: [...defaultPolicy.contexts, aal2] };
const assuranceRules = [{ name: 'assurance', to: 'any', release: ['eduPersonAssurance'], deny: [] }] as never;
type WithTotp = StepUpRig & { readonly totp: Parameters<typeof removeAuthenticator>[2] };

/** Logs in with password and code, for AAL2. */
async function enter(rig: WithTotp, visitor: Visitor = browser): Promise<Visitor> {
  const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(aal2Class));
  await logIn(rig.idp, attempt, visitor);
  const step = await proveTotp(rig, attempt, rig.totp, visitor);
  expect(readBy(rig.sp, step, requestId).assertion?.authnContext).toBe(aal2Class);
  return afterwards(step, visitor);
}

/** What a service that asks for a class gets for a session. */
async function told({ idp, sp }: Pick<StepUpRig, 'idp' | 'sp'>, visitor: Visitor, context: string): Promise<unknown> {
  const { attempt, requestId } = await ask(idp, sp, askFor(context));
  const step = await continueSso(idp, attempt, visitor);
  if (step.kind !== 'deliver') return step.kind;
  return step.refusal ?? readBy(sp, step, requestId).assertion?.authnContext;
}

describe('a secret that is shown once more', () => {
  test('attack: what it proved before is no single device’s any more, in this session and in every other', async () => {
    const rig = await withTotp(await rigUnder(policy));
    const sessions = [await enter(rig), await enter(rig, visitorIn('another'))];
    const [first = browser] = sessions;
    expect(await told(rig, first, aal2Class)).toBe(aal2Class);
    await exportTotp(rig.idp, await findOwner(rig.idp, first, undefined), rig.totp);
    for (const visitor of sessions) {
      // The way there is a passkey, which takes the password and the code anew
      expect(await told(rig, visitor, aal2Class)).toBe('login');
      expect(await told(rig, visitor, mfaClass)).toBe(mfaClass);
    }
  });
  test('attack: nor is it said in eduPersonAssurance, beside a class that the password reaches', async () => {
    const name = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.11';
    const rig = await withTotp(
      await rigUnder(policy, { rules: assuranceRules, settings: { assuranceAttribute: true } }),
    );
    const visitor = await enter(rig);
    const assuranceNow = async () => {
      const { attempt, requestId } = await ask(rig.idp, rig.sp);
      return readBy(rig.sp, await continueSso(rig.idp, attempt, visitor), requestId).assertion?.attributes[name];
    };
    expect(await assuranceNow()).toEqual([aal2Class]);
    await exportTotp(rig.idp, await findOwner(rig.idp, visitor, undefined), rig.totp);
    expect(await assuranceNow()).toBeUndefined();
  });
  test('attack: a login that was half done when it was shown is weighed as of its end', async () => {
    const rig = await withTotp(await rigUnder(policy));
    const owner = await findOwner(rig.idp, await enter(rig), undefined);
    const elsewhere = visitorIn('half-done');
    const { attempt } = await ask(rig.idp, rig.sp, askFor(aal2Class));
    await logIn(rig.idp, attempt, elsewhere);
    rig.clock.advance(seconds(30));
    await acceptOtp(rig.idp, attempt, elsewhere, { authenticator: rig.totp, code: codeNow(rig.clock) });
    await exportTotp(rig.idp, owner, rig.totp);
    expect(await continueSso(rig.idp, attempt, elsewhere)).toMatchObject({
      kind: 'enrol',
      enrolment: { kinds: ['webauthn', 'totp'] },
    });
  });
});

test('a passkey whose key its vendor keeps since then proves no single device any more', async () => {
  const rig = await withPasskey(await rigUnder(policy));
  const { attempt } = await ask(rig.idp, rig.sp, askFor(aal2Class));
  const visitor = afterwards(await provePasskey(rig, attempt, rig.device, 'first'));
  expect(await told(rig, visitor, aal2Class)).toBe(aal2Class);
  await rig.idp.authenticators.change(student, (record) => ({
    ...record,
    authenticators: record.authenticators.map((one) => (one.kind === 'webauthn' ? { ...one, isBackedUp: true } : one)),
  }));
  expect(await told(rig, visitor, aal2Class)).not.toBe(aal2Class);
  expect(await told(rig, visitor, mfaClass)).toBe(mfaClass);
});

/** The same IdP, in which something happens in the moment before an answer is marked as given. */
function meanwhile(idp: Idp, what: () => Promise<unknown>): Idp {
  let isDone = false;
  const consume: Idp['attempts']['consume'] = async (...given) => {
    if (!isDone) {
      isDone = true;
      await what();
    }
    return idp.attempts.consume(...given);
  };
  return { ...idp, attempts: { ...idp.attempts, consume } };
}

describe('a login that ends while its authenticator is removed in another browser', () => {
  test('attack: its session counts for what is left: the password', async () => {
    const rig = await withTotp(await rigUnder(policy));
    const owner = await findOwner(rig.idp, await enter(rig), undefined);
    const visitor = visitorIn('racing');
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, attempt, visitor);
    const idp = meanwhile(rig.idp, () => removeAuthenticator(rig.idp, owner, rig.totp));
    const after = afterwards(await proveTotp({ ...rig, idp }, attempt, rig.totp, visitor), visitor);
    expect(await told(rig, after, mfaClass)).toBe('no-authn-context');
    expect(await told(rig, after, aal2Class)).toBe('no-authn-context');
    expect((await continueSso(rig.idp, (await ask(rig.idp, rig.sp)).attempt, after)).kind).toBe('deliver');
    // Nor does it enrol another one, or see what there is
    await giveTotp(rig.idp);
    expect((await continuePortal(rig.idp, beginPortal(rig.idp, 'manage'), after)).kind).toBe('stepUp');
    const itsOwner = await findOwner(rig.idp, after, undefined);
    expect(await codeOf(beginTotp(rig.idp, itsOwner))).toBe('enrolment-not-allowed');
    expect(await codeOf(beginPasskey(rig.idp, itsOwner))).toBe('enrolment-not-allowed');
  });
  test('attack: a session of a passkey alone is nobody’s then', async () => {
    const rig = await withPasskey(await rigUnder(policy));
    const elsewhere = visitorIn('of-the-owner');
    const first = await ask(rig.idp, rig.sp);
    const own = afterwards(await provePasskey(rig, first.attempt, rig.device, 'first', elsewhere), elsewhere);
    const owner = await findOwner(rig.idp, own, undefined);
    const [passkey] = (await rig.idp.authenticators.find(student)).authenticators;
    if (passkey === undefined) throw new Error('no passkey');
    const { attempt } = await ask(rig.idp, rig.sp);
    const idp = meanwhile(rig.idp, () => removeAuthenticator(rig.idp, owner, passkey.id));
    const after = afterwards(await provePasskey({ ...rig, idp }, attempt, rig.device, 'first'), browser);
    expect(after.session).toBeDefined();
    expect((await continueSso(rig.idp, (await ask(rig.idp, rig.sp)).attempt, after)).kind).toBe('login');
    expect((await continuePortal(rig.idp, beginPortal(rig.idp), after)).kind).toBe('login');
    // The password brings it back, and nothing beside
    const back = await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt, after);
    expect(back.kind).toBe('deliver');
    expect(await told(rig, afterwards(back, after), mfaClass)).toBe('no-authn-context');
  });
});

const opened: Stores[] = [];
afterAll(async () => {
  await Promise.all(opened.splice(0).map((stores) => stores.close()));
});

/** The same IdP as two nodes over one database file. */
async function onTwoNodes(rig: StepUpRig): Promise<readonly [Idp, Idp]> {
  const file = join(await temporaryFolder(), 'records.db');
  const open = async (): Promise<Idp> => {
    const stores = await openStores({
      records: { kind: 'sqlite', file },
      sessions: { kind: 'records' },
      clock: rig.clock,
    });
    opened.push(stores);
    const { history, releaseLog, revocations, places, sealingKeys } = rig.idp;
    const authenticators = createSealedAuthenticators(stores.sealed, sealingKeys);
    return { ...rig.idp, ...stores, history, releaseLog, revocations, places, authenticators };
  };
  return [await open(), await open()];
}

test('attack: at two nodes at once, an authenticator that is removed while logins end with it is worth nothing after', async () => {
  const rig = await rigUnder(policy);
  const nodes = await onTwoNodes(rig);
  const [here, there] = nodes;
  const at = (idp: Idp) => ({ ...rig, idp });
  const owner = { ...rig, idp: here, totp: await giveTotp(here) };
  const own = await enter(owner, visitorIn('of-the-owner'));
  const begun: { visitor: Visitor; attempt: SsoAttempt }[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    const visitor = visitorIn(`racing-${name}`);
    const { attempt } = await ask(there, rig.sp, askFor(mfaClass));
    await logIn(there, attempt, visitor);
    rig.clock.advance(seconds(30));
    await acceptOtp(there, attempt, visitor, { authenticator: owner.totp, code: codeNow(rig.clock) });
    begun.push({ visitor, attempt });
  }
  const removing = findOwner(here, own, undefined).then((one) => removeAuthenticator(here, one, owner.totp));
  const steps = await Promise.all(
    begun.map(async ({ visitor, attempt }, index) => {
      const step = await continueSso(nodes[index % 2] ?? here, attempt, visitor).catch(() => undefined);
      return step === undefined ? visitor : afterwards(step, visitor);
    }),
  );
  await removing;
  expect((await listSessions(here, student)).length).toBeGreaterThan(0);
  for (const visitor of [own, ...steps]) {
    for (const node of nodes) expect(await told(at(node), visitor, mfaClass)).not.toBe(mfaClass);
  }
});
