import { describeWith } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { gather } from './crowd.ts';
import {
  type FailOver,
  killMaster,
  killNode,
  otherThan,
  revoke,
  stopPostgres,
  terminateNode,
  untilFollows,
} from './events.ts';
import { describeLedger, emptyLedger } from './ledger.ts';
import {
  askSp,
  isSignedIn,
  logIn,
  sessionKeyOf,
  sessionTokenOf,
  untilNodesAreReady,
  untilNodesHaveLooked,
} from './oneBrowser.ts';
import { recognise } from './sight.ts';
import type { TrialPerson } from './trialPeople.ts';
import { openTrialSite, type TrialSite, trialPrograms } from './trialSite.ts';
import { complaintsAbout } from './verdict.ts';

describeWith(trialPrograms, 'two nodes behind a balancer, with Redis, Sentinels and PostgreSQL', () => {
  let site: TrialSite;
  beforeAll(async () => {
    site = await openTrialSite(20);
  }, 90_000);

  test('lose nobody and answer nobody wrongly while servers and nodes are killed', async () => {
    const ledger = emptyLedger();
    const trial = { site, ledger, answered: new Set<string>() };
    // The first four people have two browsers each.
    const crowd = gather(trial, 24);
    const stage = { site, crowd, ledger };
    const [node1, node2] = site.nodes;
    const [person] = site.people;
    if (person === undefined) throw new Error('nobody is there');

    let failOver: FailOver;
    try {
      await crowd.untilServed(2);
      expect(await stopPostgres(stage)).toEqual([503, 200, 503, 200]);
      await killNode(stage, node1);
      await revoke(stage, person);
      failOver = await killMaster(stage);
      expect(await terminateNode(stage, node2)).toBe(0);
      await crowd.untilServed(2);
    } finally {
      await crowd.stop();
    }
    process.stdout.write(
      `kill trial: ${describeLedger(ledger)}; fail-over: ${seconds(failOver.elected)} until there was a master, ${seconds(failOver.served)} until somebody was signed in\n`,
    );
    expect(complaintsAbout(ledger)).toEqual([]);
    expect(ledger.logins).toBeGreaterThan(100);
    expect(ledger.hops).toBeGreaterThan(100);
  }, 180_000);

  test('a fail-over that loses writes: no revoked session comes back; a request may be answered again', async () => {
    const { redis, nodes } = site;
    const [one, two, three] = site.people.slice(-3) as [TrialPerson, TrialPerson, TrialPerson];
    const [master, stolen, own] = [
      await redis.master(),
      sessionTokenOf(await logIn(site, one)),
      await logIn(site, two),
    ] as const;
    const replica = otherThan(site, master);
    const [early, late] = [askSp(site), askSp(site)];
    expect(recognise(await own.open(early.url)).kind).toBe('delivered');
    await untilFollows(replica, master);

    // What is on its way in the network would still arrive.
    replica.pause();
    expect(await master.cli('CLIENT', 'KILL', 'TYPE', 'replica')).toBe('1');
    const first = recognise(await own.open(late.url));
    await site.revoke(one);
    const newcomer = await logIn(site, three);
    await untilNodesHaveLooked(site, sessionTokenOf(own));
    expect(await master.cli('EXISTS', sessionKeyOf(stolen))).toBe('0');
    await master.kill();
    replica.resume();
    await redis.waitForOther(master);
    await untilNodesAreReady(site);

    // The danger is real: the deletion is lost.
    expect(await replica.cli('COPY', sessionKeyOf(stolen), 'kept')).toBe('1');
    for (const node of nodes) {
      await replica.cli('COPY', 'kept', sessionKeyOf(stolen), 'REPLACE');
      expect(await isSignedIn(site, node, stolen)).toBe(false);
    }
    expect(await isSignedIn(site, nodes[0], sessionTokenOf(own))).toBe(true);
    expect(recognise(await newcomer.open(askSp(site).url)).kind).toBe('login');

    // What was written down of a request before the replica was lost to sight holds; the newest marks do not.
    expect(recognise(await own.open(early.url)).kind).toBe('answered');
    const second = recognise(await own.open(late.url));
    if (first.kind !== 'delivered' || second.kind !== 'delivered') throw new Error(`${first.kind}, ${second.kind}`);
    const sp = rememberingSp(site, late);
    expect(sp(first.form.samlResponse)).toBe(two.principalName);
    expect(() => sp(second.form.samlResponse)).toThrow(/InResponseTo/);

    await master.restart();
    await untilFollows(master, replica);
  }, 90_000);
});

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** An SP that takes one answer to each of its requests (SAML Profiles 4.1.4.5). @returns about whom an answer is */
function rememberingSp(site: TrialSite, { sp, id }: ReturnType<typeof askSp>): (samlResponse: string) => string {
  const open = new Set([id]);
  return (samlResponse) => {
    const [requestId = null] = open;
    const { assertion } = sp.read(samlResponse, { requestId, ...site.idp, skew: 1000 });
    open.clear();
    return assertion?.attributes['urn:oid:1.3.6.1.4.1.5923.1.1.1.6']?.join() ?? '';
  };
}
