import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAggregate } from './makeAggregate.ts';
import { best, type Run, runProgram } from './program.ts';

/**
 * Makes aggregates, has xmlsec1 sign them, and compares how long xmlsec1 takes to verify one with how long it takes to
 * verify, cut and index it here, each as a process of its own, by turns; the best of each counts. Then the stored index
 * is opened. Prints JSON.
 *
 *   node bench/aggregate/run.ts [--entities 100,560,10000] [--rounds 3]
 */
const { values: options } = parseArgs({
  options: { entities: { type: 'string', default: '100,560,10000' }, rounds: { type: 'string', default: '3' } },
});
const rounds = Number(options.rounds);
const keys = join(import.meta.dirname, '../../packages/testkit/src/keys');
const certificate = join(keys, 'idp-signing.certificate.pem');
const id = ['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor'];
const folder = mkdtempSync(join(tmpdir(), 'gakumon-bench-'));
/** As the process that takes in a document is started. */
const flags = [
  '--max-old-space-size=160',
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
  '--disable-warning=ExperimentalWarning',
];
const environment = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };

/** A process that has done it before; where starting one is most of the work. */
const timesForWarm = 8;
const mostForWarm = 1000;

type Told = Readonly<Record<string, number>>;

function runHere(script: string, args: readonly string[]): Run & { readonly told: Told } {
  const run = runProgram(process.execPath, [...flags, join(import.meta.dirname, script), ...args], environment);
  return { ...run, told: JSON.parse(run.output) as Told };
}

async function measure(count: number): Promise<object> {
  const [template, signed, into] = ['template.xml', 'signed.xml', 'index'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await makeAggregate(template, count);
  runProgram('xmlsec1', [
    '--sign',
    '--privkey-pem',
    join(keys, 'idp-signing.key.pem'),
    ...id,
    '--output',
    signed,
    template,
  ]);
  const verifyWithXmlsec = (): Run =>
    runProgram('xmlsec1', [
      '--verify',
      '--enabled-key-data',
      'key-name',
      '--pubkey-cert-pem',
      certificate,
      ...id,
      signed,
    ]);
  const index = (again = 0): ReturnType<typeof runHere> => {
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into);
    return runHere('indexOnce.ts', [signed, certificate, into, String(again)]);
  };
  const { warm = 0 } = index(count <= mostForWarm ? timesForWarm : 0).told;
  const all = Array.from({ length: rounds }, () => ({
    xmlsec1: verifyWithXmlsec(),
    verify: runHere('verifyOnce.ts', [signed, certificate]),
    index: index(),
    open: runHere('openOnce.ts', [into]),
    look: runHere('openOnce.ts', [into, 'look']),
  }));
  const seconds = (kind: keyof (typeof all)[number]): number => best(all.map((round) => round[kind].seconds));
  const told = (kind: 'index' | 'open' | 'look', figure: string): number =>
    best(all.map((round) => round[kind].told[figure] ?? 0));
  return {
    entities: count,
    bytes: statSync(signed).size,
    xmlsec1: seconds('xmlsec1'),
    verify: seconds('verify'),
    verifyAndIndex: seconds('index'),
    ratio: seconds('index') / seconds('xmlsec1'),
    ...(warm > 0 && { warm, warmRatio: warm / seconds('xmlsec1') }),
    withoutStart: told('index', 'seconds'),
    peakMemory: Math.max(...all.map((round) => round.index.told.peak ?? 0)),
    open: seconds('open'),
    openWithoutStart: told('open', 'seconds'),
    lookUpMicroseconds: told('look', 'lookUp'),
    readMicroseconds: told('look', 'read'),
    memoryWithIndex: told('open', 'memory'),
  };
}

try {
  const figures: object[] = [];
  for (const count of options.entities.split(',').map(Number)) figures.push(await measure(count));
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  mkdirSync('var', { recursive: true });
  writeFileSync('var/bench-aggregate.json', `${JSON.stringify({ node: process.version, figures }, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
