import { join } from 'node:path';
import { type PretendSp, pretendSp } from '../packages/testkit/src/sp/pretendSp.ts';
import { person, type RunningIdp, type SessionsPlace, startIdp } from './idpProcess.ts';
import { type RunningRedis, startRedis } from './redisProcess.ts';
import { startServer } from './serverProcess.ts';
import { signIn, signOn } from './signOn.ts';
import { startSlapd, useDirectory } from './slapdProcess.ts';

/** Something that answers requests, and is measured at it. */
export type Subject = {
  readonly what: string;
  /** What DESIGN asks for, as a ratio. */
  readonly bar: number | undefined;
  readonly pids: readonly number[];
  /** How often it is asked before it is measured. */
  readonly warmUp: number;
  /** @param browser which of them asks; some have a session together */
  ask(browser: number): Promise<unknown>;
};

const sp = (name: string, more: Partial<Parameters<typeof pretendSp>[0]>): PretendSp =>
  pretendSp({ entityId: `https://${name}.example.org/sp`, acs: [`https://${name}.example.org/acs`], ...more });
const clear = sp('clear', { encryptionKeys: [] });
const signedTwice = sp('signed-twice', { encryptionKeys: [], wantAssertionsSigned: true });
const encrypted = sp('encrypted', {});

/** V8 compiles a function for good after some thousand calls; what comes before is not how a server runs all day. */
const warmUp = 10_000;
const warmAlready = 1_000;

/** How many sessions there are. */
const browsers = 8;

/** Starts all of them, at once, so that they can be measured by turns. */
export async function openSubjects(): Promise<{ subjects: Subject[]; close(): Promise<void> }> {
  const stops: (() => Promise<void>)[] = [];
  const subjects: Subject[] = [];
  const open = async <T extends { stop(): Promise<void> }>(started: Promise<T>): Promise<T> => {
    const running = await started;
    stops.push(running.stop);
    return running;
  };
  const redis = await open(startRedis()).catch(sayWhyNot('redis-server'));
  const slapd = await open(startSlapd()).catch(sayWhyNot('slapd'));
  subjects.push(await openReference(open, undefined));
  if (redis !== undefined) subjects.push(await openReference(open, redis));
  subjects.push(...(await openIdp(open, 'memory', 'in memory')).subjects);
  if (slapd !== undefined) {
    const prepare = (folder: string): void => useDirectory(folder, slapd.directory);
    subjects.push(...(await openIdp(open, 'memory', 'in memory, people in slapd', prepare)).subjects.slice(0, 1));
  }
  subjects.push(...(await openIdp(open, 'records', 'in SQLite')).subjects);
  if (redis !== undefined) {
    const one = await openIdp(open, redis.url, 'in Redis');
    subjects.push(...one.subjects, await openTwo(open, one));
  }
  return {
    subjects,
    close: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

type Open = <T extends { stop(): Promise<void> }>(started: Promise<T>) => Promise<T>;
type Cookies = readonly { readonly cookie: string }[];

const sayWhyNot =
  (program: string) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== 'ENOENT') throw error;
    process.stderr.write(`no rows with ${program}: it is not installed\n`);
  };

/** What any server does that signs an answer, and nothing of what an IdP is about. */
async function openReference(open: Open, redis: RunningRedis | undefined): Promise<Subject> {
  const program = join(import.meta.dirname, 'referenceServer.ts');
  const port = redis === undefined ? [] : [new URL(redis.url).port];
  const { pid, url } = await open(startServer(['--max-semi-space-size=8', program, ...port]));
  const what = redis === undefined ? '' : ', one Redis flush';
  return {
    what: `limit: bare node:http, one signature${what}, no SAML`,
    bar: undefined,
    pids: [pid],
    warmUp,
    ask: () => signOn(url, clear, { cookie: `gakumon-session=${'x'.repeat(43)}` }),
  };
}

async function openIdp(
  open: Open,
  sessions: SessionsPlace,
  where: string,
  prepare?: (folder: string) => void,
): Promise<{ readonly idp: RunningIdp; readonly cookies: Cookies; readonly subjects: Subject[] }> {
  const idp = await open(
    startIdp(
      sessions,
      [clear, signedTwice, encrypted].map((one) => one.metadata()),
      undefined,
      [],
      prepare === undefined ? {} : { prepare },
    ),
  );
  const cookies = await Promise.all(
    Array.from({ length: browsers }, () => signIn(idp.baseUrl, clear, person.username, person.password)),
  );
  const subject = (what: string, to: PretendSp, warmUp: number, bar?: number): Subject => ({
    what: `SSO, ${what}, session ${where}`,
    bar,
    pids: [idp.pid],
    warmUp,
    ask: (browser) => signOn(idp.baseUrl, to, cookies[browser % browsers] ?? { cookie: '' }),
  });
  const subjects = [
    subject('one signature', clear, warmUp, 0.6),
    subject('two signatures', signedTwice, warmAlready),
    subject('one signature, AES-128-GCM', encrypted, warmAlready, 0.5),
  ];
  return { idp, cookies, subjects };
}

/** The first process and one more, which share the work. The bar is on the CPU time: 1.1 times that of one process. */
async function openTwo(
  open: Open,
  { idp, cookies }: { readonly idp: RunningIdp; readonly cookies: Cookies },
): Promise<Subject> {
  const other = await open(idp.startAnother());
  const urls = [idp.url, other.url];
  return {
    what: 'SSO, one signature, session in Redis, two processes together',
    bar: undefined,
    pids: [idp.pid, other.pid],
    // Half of it is for the one that is new, and has to come as far as the other
    warmUp: 4 * warmUp,
    ask: (browser) => signOn(idp.baseUrl, clear, cookies[browser % browsers] ?? { cookie: '' }, urls[browser % 2]),
  };
}
