import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pretendSp } from '../../packages/testkit/src/sp/pretendSp.ts';
import { freePort, person, type RunningIdp, type SessionsPlace, startIdp } from '../idpProcess.ts';
import { type Inspector, openInspector } from '../inspector.ts';
import { type SignedIn, signIn, signOn } from '../signOn.ts';
import { countAdoptions, type Federation, joinFederation, openOperator, waitForAdoption } from './federationNode.ts';
import { quantile } from './quantile.ts';

/** Milliseconds that each of them took. */
type Times = { readonly signOn: number[]; readonly login: number[] };

const sp = pretendSp({
  entityId: 'https://clear.example.org/sp',
  acs: ['https://clear.example.org/acs'],
  encryptionKeys: [],
});

/** People come when they like, not when the server is ready: so many in a second, whatever becomes of those before. */
const signOnsASecond = 40;
const loginsASecond = 4;
/** After an order a node looks for it within a second; seconds with the same people and no refresh are as many. */
const warmUp = 8;

/** How logins fare while an aggregate is refreshed again and again, and while nothing happens. */
export async function measureLatency(federation: Federation, sessions: SessionsPlace, rounds: number): Promise<object> {
  const log: string[] = [];
  const inspectorPort = await freePort();
  const idp = await startIdp(sessions, [sp.metadata()], undefined, [`--inspect=127.0.0.1:${inspectorPort}`], {
    prepare: (folder) => joinFederation(folder, federation.url),
    onLog: (line) => log.push(line),
  });
  const operator = await openOperator(idp.folder);
  try {
    const inspector = await openInspector(inspectorPort);
    const refresh = async (): Promise<number> => {
      const before = countAdoptions(log);
      federation.publish();
      const begun = performance.now();
      await operator.orderRefresh();
      await waitForAdoption(log, before);
      return performance.now() - begun;
    };
    const idlePauses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await watchLoop(inspector);
      await refresh();
      await pause(300);
      const longest = await longestPause(inspector);
      // The first one is compiled for all others.
      if (round > 0) idlePauses.push(longest);
    }
    const browser = await signIn(idp.baseUrl, sp, person.username, person.password);
    await loadWhile(idp, browser, () => pause(warmUp * 1000));
    const [quiet, refreshing] = [empty(), empty()];
    const pauses = { quiet: 0, refreshing: 0 };
    const durations: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await watchLoop(inspector);
      let took = 0;
      const during = await loadWhile(idp, browser, async () => {
        took = await refresh();
        await pause(200);
      });
      add(refreshing, during);
      durations.push(took);
      pauses.refreshing = Math.max(pauses.refreshing, await longestPause(inspector));
      await watchLoop(inspector);
      add(quiet, await loadWhile(idp, browser, () => pause(took + 200)));
      pauses.quiet = Math.max(pauses.quiet, await longestPause(inspector));
    }
    inspector.close();
    const [before, during] = [describe(quiet), describe(refreshing)];
    return {
      quiet: before,
      refreshing: during,
      ratioOfP99: {
        signOn: during.signOn.p99 / before.signOn.p99,
        login: during.login.p99 / before.login.p99,
      },
      refreshSeconds: quantile(durations, 0.5) / 1000,
      longestPauseOfLoop: { ...pauses, adoptionWhileIdle: quantile(idlePauses, 0.5), all: idlePauses },
    };
  } finally {
    await operator.close();
    await idp.stop();
  }
}

const empty = (): Times => ({ signOn: [], login: [] });

function add(to: Times, more: Times): void {
  to.signOn.push(...more.signOn);
  to.login.push(...more.login);
}

async function loadWhile(idp: RunningIdp, browser: SignedIn, work: () => Promise<unknown>): Promise<Times> {
  const times = empty();
  const under = new Set<Promise<unknown>>();
  const every = (perSecond: number, into: number[], ask: () => Promise<unknown>): NodeJS.Timeout => {
    let due = performance.now();
    return setInterval(() => {
      // What the timer is late counts, too.
      for (; due <= performance.now(); due += 1000 / perSecond) {
        const from = due;
        const asked = ask().then(() => into.push(performance.now() - from));
        under.add(asked);
        asked.finally(() => under.delete(asked)).catch(() => undefined);
      }
    }, 5);
  };
  const timers = [
    every(signOnsASecond, times.signOn, () => signOn(idp.baseUrl, sp, browser)),
    every(loginsASecond, times.login, () => signIn(idp.baseUrl, sp, person.username, person.password)),
  ];
  await work();
  timers.forEach(clearInterval);
  await Promise.all(under);
  return times;
}

function describe(times: Times) {
  const of = (one: readonly number[]) => ({
    count: one.length,
    p50: quantile(one, 0.5),
    p99: quantile(one, 0.99),
    max: Math.max(...one),
  });
  return { signOn: of(times.signOn), login: of(times.login) };
}

async function watchLoop(inspector: Inspector): Promise<void> {
  await evaluate(
    inspector,
    `globalThis.loopDelay?.disable();
     globalThis.loopDelay = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 });
     loopDelay.enable(); 0`,
  );
}

/** Milliseconds. */
const longestPause = (inspector: Inspector): Promise<number> => evaluate(inspector, 'loopDelay.max / 1e6');

async function evaluate(inspector: Inspector, expression: string): Promise<number> {
  const { result } = await inspector.send('Runtime.evaluate', { expression, returnByValue: true });
  return Number(result.value);
}
