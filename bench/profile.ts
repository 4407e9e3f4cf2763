import { pretendSp } from '../packages/testkit/src/sp/pretendSp.ts';
import { freePort, person, type SessionsPlace, startIdp } from './idpProcess.ts';
import { openInspector } from './inspector.ts';
import { cpuTimeByThread } from './processTime.ts';
import { allocationByPlace, cpuByPlace, listLargest, sumByPackage } from './profileTables.ts';
import { signIn, signOn } from './signOn.ts';

/**
 * Says where an SSO with a live session spends its time and its memory, for whoever wants to make it cheaper:
 * `npm run bench:profile`, with `-- redis://127.0.0.1:6379` for sessions in Redis.
 */
const [sessions = 'memory'] = process.argv.slice(2);
const count = Number(process.env.GAKUMON_BENCH_COUNT ?? 4000);
/** V8 compiles a function for good after some thousand calls. */
const warmUp = 10_000;
const concurrency = 8;

const sp = pretendSp({
  entityId: 'https://clear.example.org/sp',
  acs: ['https://clear.example.org/acs'],
  encryptionKeys: [],
});
const inspectorPort = await freePort();
const flags = [`--inspect=127.0.0.1:${inspectorPort}`];
const idp = await startIdp(sessions as SessionsPlace, [sp.metadata()], undefined, flags);
try {
  const browsers = await Promise.all(
    Array.from({ length: concurrency }, () => signIn(idp.baseUrl, sp, person.username, person.password)),
  );
  const run = async (times: number): Promise<void> => {
    await Promise.all(
      browsers.map(async (browser) => {
        for (let done = 0; done < times / concurrency; done += 1) await signOn(idp.baseUrl, sp, browser);
      }),
    );
  };
  await run(warmUp);
  const before = cpuTimeByThread(idp.pid);
  await run(count);
  const after = cpuTimeByThread(idp.pid);
  const threads = (['main', 'pool', 'v8'] as const).map(
    (kind) => `${kind} ${((after[kind] - before[kind]) / count).toFixed(0)}`,
  );
  say(`CPU by thread, µs for each SSO: ${threads.join(', ')}`, []);

  const inspector = await openInspector(inspectorPort);
  await inspector.send('Profiler.enable');
  await inspector.send('Profiler.setSamplingInterval', { interval: 200 });
  await inspector.send('Profiler.start');
  await run(count);
  const cpu = cpuByPlace((await inspector.send('Profiler.stop')).profile);
  await inspector.send('HeapProfiler.startSampling', {
    samplingInterval: 4096,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await run(count);
  const allocation = allocationByPlace((await inspector.send('HeapProfiler.stopSampling')).profile);
  inspector.close();

  say('time of the event loop by package, µs for each SSO', listLargest(sumByPackage(cpu), count, 20));
  say('time of the event loop by function, itself alone', listLargest(cpu, count, 50));
  say('allocated by package, bytes for each SSO', listLargest(sumByPackage(allocation), count, 20));
  say('allocated by function, itself alone', listLargest(allocation, count, 50));
} finally {
  await idp.stop();
}

function say(title: string, lines: readonly string[]): void {
  process.stdout.write(`${[title, ...lines].join('\n')}\n\n`);
}
