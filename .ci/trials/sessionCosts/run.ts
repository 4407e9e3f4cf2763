import { parseArgs } from 'node:util';
import { type RunningIdp, startIdp } from '../../../bench/idpProcess.ts';
import { cpuTimeOf } from '../../../bench/processTime.ts';
import { type RunningRedis, startRedis } from '../../../bench/redisProcess.ts';
import { signOn } from '../../../bench/signOn.ts';
import { pretendSp } from '../../../packages/testkit/src/sp/pretendSp.ts';
import { cheapPeople } from '../cheapPeople.ts';
import { spread } from '../progress.ts';
import { type Filled, fillRedis } from './fillRedis.ts';
import { entityId, tokenOf, usernameOf } from './trialSession.ts';

const { values: options } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000000' },
    few: { type: 'string', default: '1000' },
    'with-eight': { type: 'string', default: '200000' },
    people: { type: 'string', default: '10000' },
    processes: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '20' },
    'sso-of-round': { type: 'string', default: '1000' },
  },
});
const number = (name: keyof typeof options): number => Number(options[name]);
const many = number('sessions');
const few = number('few');
const known = number('people');
const concurrency = 8;

const sp = pretendSp({ entityId, acs: [`${new URL(entityId).origin}/acs`], encryptionKeys: [] });

/** An IdP whose Redis holds so many sessions. */
type Subject = { readonly idp: RunningIdp; readonly redis: RunningRedis; readonly held: number };
/** CPU time of both processes for each SSO, microseconds. */
type Cost = { readonly idp: number; readonly redis: number };

const stops: (() => Promise<void>)[] = [];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function tellFilled(what: string, { octets, time }: Filled): void {
  say(`${what}: ${octets.toFixed(0)} octets of Redis memory each; ${time.toFixed(0)} µs each to write`);
}

async function openRedis(): Promise<RunningRedis> {
  const redis = await startRedis();
  stops.push(redis.stop);
  return redis;
}

async function openSubject(held: number, users: string): Promise<Subject> {
  const redis = await openRedis();
  const filled = await fillRedis(redis, { count: held, services: 1, known }, number('processes'));
  if (held === many) tellFilled(`${held} sessions with one SP`, filled);
  const idp = await startIdp(redis.url, [sp.metadata()], users);
  stops.push(idp.stop);
  return { idp, redis, held };
}

/** Sign-ons of people who have a session there, one after another from all over. */
async function measure({ idp, redis, held }: Subject, count: number): Promise<Cost> {
  const before = [cpuTimeOf(idp.pid), cpuTimeOf(redis.pid)] as const;
  let left = count;
  const browse = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const who = Math.floor(Math.random() * Math.min(held, known));
      await signOn(idp.baseUrl, sp, { cookie: `gakumon-session=${tokenOf(who)}` });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, browse));
  return { idp: (cpuTimeOf(idp.pid) - before[0]) / count, redis: (cpuTimeOf(redis.pid) - before[1]) / count };
}

async function compare(subjects: readonly [Subject, Subject]): Promise<void> {
  const each = number('sso-of-round');
  for (const subject of subjects) await measure(subject, 2 * each);
  const costs: readonly [Cost[], Cost[]] = [[], []];
  for (let round = 0; round < number('rounds'); round += 1) {
    // By turns, and by turns first: what disturbs the machine disturbs both.
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      costs[index].push(await measure(subjects[index], each));
    }
  }
  subjects.forEach(({ held }, index) => {
    const [idp, redis] = (['idp', 'redis'] as const).map((of) => (costs[index] ?? []).map((cost) => cost[of]));
    say(`SSO with ${held} sessions: ${spread(idp ?? [])} µs of CPU in the IdP, ${spread(redis ?? [])} µs in Redis`);
  });
  const ratios = costs[1].map((cost, round) => cost.idp / (costs[0][round]?.idp ?? Number.NaN));
  say(`the IdP's with ${many} by that with ${few}: ${spread(ratios, 3)}`);
}

try {
  const users = await cheapPeople(Array.from({ length: known }, (_, index) => usernameOf(index)));
  const eight = await openRedis();
  const count = number('with-eight');
  const withEight = await fillRedis(eight, { count, services: 8, known: 0 }, number('processes'));
  tellFilled(`${count} sessions with eight SPs`, withEight);
  await stops.pop()?.();
  const subjects = [await openSubject(few, users), await openSubject(many, users)] as const;
  await compare(subjects);
} finally {
  for (const stop of stops.splice(0).reverse()) await stop();
}
