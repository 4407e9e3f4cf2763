import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { pretendSp } from '../packages/testkit/src/sp/pretendSp.ts';
import { person, startIdp } from './idpProcess.ts';
import { measureOpensslSignature } from './opensslSignature.ts';
import { cpuTimeOf, residentMemoryOf } from './processTime.ts';
import { measureSamlifyResponse } from './samlifyResponse.ts';
import { signIn, signOn } from './signOn.ts';

/** One figure, as a ratio to something that was measured in the same run. */
type Row = {
  readonly what: string;
  /** Microseconds of CPU for each SSO. */
  readonly cpu: number;
  readonly ratio: number;
  readonly bar: number | undefined;
  readonly memory: number | undefined;
};

const warmUp = 400;
const measured = Number(process.env.GAKUMON_BENCH_COUNT ?? 2000);
const concurrency = 8;

const clear = pretendSp({
  entityId: 'https://clear.example.org/sp',
  acs: ['https://clear.example.org/acs'],
  encryptionKeys: [],
});
const signedTwice = pretendSp({
  entityId: 'https://signed-twice.example.org/sp',
  acs: ['https://signed-twice.example.org/acs'],
  encryptionKeys: [],
  wantAssertionsSigned: true,
});
const encrypted = pretendSp({
  entityId: 'https://encrypted.example.org/sp',
  acs: ['https://encrypted.example.org/acs'],
});

/** CPU time of the IdP's process for each SSO with a live session. */
async function measureSso(sessions: 'records' | 'memory', sp: typeof clear): Promise<{ cpu: number; memory: number }> {
  const idp = await startIdp(
    sessions,
    [clear, signedTwice, encrypted].map((known) => known.metadata()),
  );
  try {
    const browsers = await Promise.all(
      Array.from({ length: concurrency }, () => signIn(idp.baseUrl, sp, person.username, person.password)),
    );
    const run = async (count: number): Promise<void> => {
      const each = Math.ceil(count / concurrency);
      await Promise.all(
        browsers.map(async (browser) => {
          for (let done = 0; done < each; done += 1) await signOn(idp.baseUrl, sp, browser);
        }),
      );
    };
    await run(warmUp);
    const before = cpuTimeOf(idp.pid);
    await run(measured);
    return { cpu: (cpuTimeOf(idp.pid) - before) / measured, memory: residentMemoryOf(idp.pid) };
  } finally {
    await idp.stop();
  }
}

async function measureAll(): Promise<{ signature: number; rows: Row[] }> {
  const signature = measureOpensslSignature();
  const row = (what: string, cpu: number, bar?: number, memory?: number): Row => ({
    what,
    cpu,
    ratio: signature / cpu,
    bar,
    memory,
  });
  const cases = [
    ['SSO, one signature, session in memory', 'memory', clear, 0.6],
    ['SSO, one signature, session in SQLite', 'records', clear, 0.6],
    ['SSO, two signatures, session in memory', 'memory', signedTwice, undefined],
    ['SSO, two signatures, session in SQLite', 'records', signedTwice, undefined],
    ['SSO, one signature, AES-128-GCM, session in memory', 'memory', encrypted, 0.5],
    ['SSO, one signature, AES-128-GCM, session in SQLite', 'records', encrypted, 0.5],
  ] as const;
  const rows: Row[] = [];
  for (const [what, sessions, sp, bar] of cases) {
    const { cpu, memory } = await measureSso(sessions, sp);
    rows.push(row(what, cpu, bar, memory));
  }
  rows.push(row('samlify createLoginResponse alone, one signature, no HTTP', await measureSamlifyResponse(200)));
  return { signature, rows };
}

const { signature, rows } = await measureAll();
const text = [
  `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; RSA-2048 signature by openssl speed: ${signature.toFixed(0)} µs`,
  `${'what'.padEnd(58)} ${'CPU µs'.padStart(8)} ${'ratio'.padStart(6)} ${'bar'.padStart(5)} ${'MB'.padStart(5)}`,
  ...rows.map(
    ({ what, cpu, ratio, bar, memory }) =>
      `${what.padEnd(58)} ${cpu.toFixed(0).padStart(8)} ${ratio.toFixed(2).padStart(6)} ${(bar?.toFixed(2) ?? '').padStart(5)} ${(memory?.toFixed(0) ?? '').padStart(5)}`,
  ),
];
process.stdout.write(`${text.join('\n')}\n`);
mkdirSync('var', { recursive: true });
writeFileSync('var/bench.json', `${JSON.stringify({ node: process.version, signature, rows }, null, 2)}\n`);
