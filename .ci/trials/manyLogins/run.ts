import { parseArgs } from 'node:util';
import { startIdp } from '../../../bench/idpProcess.ts';
import { cpuTimeOf, residentMemoryOf } from '../../../bench/processTime.ts';
import { startRedis } from '../../../bench/redisProcess.ts';
import { signIn } from '../../../bench/signOn.ts';
import { pretendSp } from '../../../packages/testkit/src/sp/pretendSp.ts';
import { cheapPassword, cheapPeople } from '../cheapPeople.ts';
import { progressBar, quantile } from '../progress.ts';

const { values: options } = parseArgs({
  options: { logins: { type: 'string', default: '100000' }, people: { type: 'string', default: '1000' } },
});
const count = Number(options.logins);
const usernames = Array.from({ length: Number(options.people) }, (_, index) => `s${1_000_000 + index}`);
const concurrency = 8;
/** The memory is looked at so many times, at equal distances. */
const looks = 200;

const sp = pretendSp({ encryptionKeys: [] });

async function run(): Promise<void> {
  const redis = await startRedis();
  const idp = await startIdp(redis.url, [sp.metadata()], await cheapPeople(usernames));
  try {
    const before = residentMemoryOf(idp.pid);
    const busy = cpuTimeOf(idp.pid);
    const memory: number[] = [];
    const tell = progressBar('logins', count);
    let begun = 0;
    let done = 0;
    let refused = 0;
    const logIn = async (): Promise<void> => {
      while (begun < count) {
        const username = usernames[begun % usernames.length] ?? '';
        begun += 1;
        await signIn(idp.baseUrl, sp, username, cheapPassword).catch(() => {
          refused += 1;
        });
        done += 1;
        if (done % Math.ceil(count / looks) === 0) memory.push(residentMemoryOf(idp.pid));
        tell(done);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, logIn));
    const tenths = Array.from({ length: 10 }, (_, tenth) => {
      const part = memory.slice((tenth * memory.length) / 10, ((tenth + 1) * memory.length) / 10);
      return quantile(part, 0.5).toFixed(0);
    });
    const cost = ((cpuTimeOf(idp.pid) - busy) / count / 1000).toFixed(2);
    process.stdout.write(
      [
        `${count} logins; resident memory of the node: ${before.toFixed(0)} MB before, at most ${Math.max(...memory).toFixed(0)} MB`,
        `  the median in each tenth: ${tenths.join(', ')} MB`,
        `${refused} of them came to nothing (a machine that does too much besides: stores are given half a second)`,
        `${cost} ms of CPU each, the cheapest of password hashes included\n`,
      ].join('\n'),
    );
    if (refused > count / 1000) throw new Error('too many logins came to nothing for the figures to mean anything');
  } finally {
    await idp.stop();
    await redis.stop();
  }
}

await run();
