import { parseArgs } from 'node:util';
import { startIdp } from '../../../bench/idpProcess.ts';
import { cpuTimeOf } from '../../../bench/processTime.ts';
import { startSlapd, useDirectory } from '../../../bench/slapdProcess.ts';
import { slapdPerson } from '../../../packages/testkit/src/rigs/slapdTree.ts';
import { pretendSp } from '../../../packages/testkit/src/sp/pretendSp.ts';
import { progressBar, quantile } from '../progress.ts';
import { firstLogin, type Outcome } from './firstLogin.ts';

const { values: options } = parseArgs({
  options: { people: { type: 'string', default: '3000' }, 'at-once': { type: 'string', default: '40' } },
});
const count = Number(options.people);
const atOnce = Number(options['at-once']);
const lockout = { attempts: 5, window: 'PT15M' };

const sp = pretendSp({ encryptionKeys: [] });
const initialPassword = 'initial-password';

/** One in ten mistypes once, one in fifty three times. */
const mistakesOf = (index: number): number => (index % 50 === 0 ? 3 : index % 10 === 0 ? 1 : 0);

const people = Array.from({ length: count }, (_, index) =>
  slapdPerson(`s${2_600_000 + index}`, {
    displayName: 'Hanako Yamada',
    eduPersonAffiliation: 'student',
    userPassword: initialPassword,
    pwdReset: 'TRUE',
  }),
);

async function run(): Promise<void> {
  const policy = {
    pwdMustChange: 'TRUE',
    pwdMaxFailure: lockout.attempts,
    pwdFailureCountInterval: 900,
    pwdLockout: 'TRUE',
    pwdAllowUserChange: 'TRUE',
    pwdMinLength: 8,
    pwdCheckQuality: 1,
  };
  const slapd = await startSlapd(people, policy);
  const directory = { ...slapd.directory, ldap: { ...slapd.directory.ldap, lockout } };
  const prepare = (folder: string): void => useDirectory(folder, directory);
  const idp = await startIdp('records', [sp.metadata()], undefined, [], { prepare });
  try {
    const tell = progressBar('first logins', count);
    const begun = performance.now();
    const outcomes: Outcome[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < count) {
        const index = next;
        next += 1;
        const passwords = { initial: initialPassword, chosen: `my own password ${index}` };
        outcomes.push(
          await firstLogin(idp.baseUrl, sp, `s${2_600_000 + index}`, passwords, mistakesOf(index)).catch(
            (error: Error): Outcome => ({ kind: 'failed', why: error.message, took: 0 }),
          ),
        );
        tell(outcomes.length);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    report(outcomes, (performance.now() - begun) / 1000, cpuTimeOf(idp.pid));
  } finally {
    await idp.stop();
    await slapd.stop();
  }
}

function report(outcomes: readonly Outcome[], seconds: number, cpu: number): void {
  const refused = outcomes.filter(({ kind }) => kind !== 'arrived');
  const times = outcomes.map(({ took }) => took);
  const tell = (part: number): string => (quantile(times, part) / 1000).toFixed(1);
  process.stdout.write(
    [
      `${outcomes.length} first logins from one address in ${seconds.toFixed(0)} s, ${atOnce} at once`,
      `  from the login page to the service, with the change of the password: median ${tell(0.5)} s, 99 of 100 ${tell(0.99)} s`,
      `  ${(cpu / outcomes.length / 1000).toFixed(1)} ms of CPU of the node each`,
      `  ${refused.length} did not arrive\n`,
    ].join('\n'),
  );
  for (const one of refused.slice(0, 10)) process.stdout.write(`  ${one.kind}: ${one.why}\n`);
  if (refused.length > 0) process.exitCode = 1;
}

await run();
