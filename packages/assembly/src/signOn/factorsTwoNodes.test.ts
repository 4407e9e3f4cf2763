import { join } from 'node:path';
import { acceptOtp, beginPasskey, confirmPasskey, findOwner, type Idp } from '@gakumon/idp';
import { openStores, type Stores } from '@gakumon/stores';
import { pretendAuthenticator, temporaryFolder } from '@gakumon/testkit';
import { afterAll, expect, test } from '@jest/globals';
import { createSealedAuthenticators } from '../authenticators/sealedAuthenticators.ts';
import {
  attemptOf,
  beginLogin,
  campusPolicy,
  codeNow,
  codeOf,
  giveTotp,
  here,
  onCampus,
  student,
  typePassword,
  wrongCode,
} from './factorsRig.ts';

const opened: Stores[] = [];
afterAll(async () => {
  await Promise.all(opened.splice(0).map((stores) => stores.close()));
});

/** Two nodes over one database file, each with connections of its own. */
async function beginOnTwoNodes() {
  const rig = await beginLogin(campusPolicy('first'), onCampus);
  const file = join(await temporaryFolder(), 'records.db');
  const open = async (): Promise<Idp> => {
    const stores = await openStores({
      records: { kind: 'sqlite', file },
      sessions: { kind: 'records' },
      clock: rig.clock,
    });
    opened.push(stores);
    const { history, releaseLog, revocations, sealingKeys } = rig.idp;
    return {
      ...rig.idp,
      ...stores,
      history,
      releaseLog,
      revocations,
      authenticators: createSealedAuthenticators(stores.sealed, sealingKeys),
    };
  };
  const nodes = [await open(), await open()];
  const node = (index: number): Idp => nodes[index % 2] as Idp;
  const logins = async (count: number, name: string) => {
    const attempts = Array.from({ length: count }, (_, index) => attemptOf(`${name}-${index}`));
    for (const [index, attempt] of attempts.entries()) await typePassword({ idp: node(index), attempt }, onCampus);
    return attempts;
  };
  return { ...rig, node, logins };
}

test('attack: one code sent to two nodes at once opens one login', async () => {
  const at = await beginOnTwoNodes();
  const authenticator = await giveTotp(at.node(0));
  const attempts = await at.logins(8, 'parallel');
  const typed = { authenticator, code: codeNow(at.clock) };
  const told = await Promise.all(
    attempts.map((attempt, index) => codeOf(acceptOtp(at.node(index + 1), attempt, onCampus, typed))),
  );
  expect(told.filter((code) => code === 'done')).toHaveLength(1);
});

test('attack: guesses at two nodes at once share their counters', async () => {
  const at = await beginOnTwoNodes();
  const authenticator = await giveTotp(at.node(0));
  const attempts = await at.logins(24, 'crowd');
  const typed = { authenticator, code: wrongCode(at.clock) };
  const told = await Promise.all(
    attempts.map((attempt, index) => codeOf(acceptOtp(at.node(index), attempt, onCampus, typed))),
  );
  expect(told.filter((code) => code !== 'authenticator-throttled')).toHaveLength(9);
});

test('attack: of many first enrolments at two nodes at once, one is', async () => {
  const at = await beginOnTwoNodes();
  const [attempt] = await at.logins(1, 'enrolment');
  const owner = await findOwner(at.node(0), onCampus, attempt);
  const asked = await Promise.all([0, 1, 2, 3].map((index) => beginPasskey(at.node(index), owner)));
  const answers = asked.map(({ options, challenge }) => ({
    challenge,
    response: pretendAuthenticator().create(options, here),
    otherwise: 'Passkey',
  }));
  const told = await Promise.all(answers.map((answer, index) => codeOf(confirmPasskey(at.node(index), owner, answer))));
  expect(told.toSorted()).toEqual(['done', ...Array(3).fill('enrolment-not-allowed')]);
  expect((await at.node(1).authenticators.find(student)).authenticators).toHaveLength(1);
});
