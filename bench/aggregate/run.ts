import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAggregate } from './makeAggregate.ts';

/**
 * Makes an aggregate, has xmlsec1 sign it, and compares how long xmlsec1 and the verifier take for it, each as a process
 * of its own, by turns; the best of each counts. Prints JSON.
 *
 *   node bench/aggregate/run.ts [--entities 10000] [--rounds 3]
 */
const { values: options } = parseArgs({
  options: { entities: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});
const keys = join(import.meta.dirname, '../../packages/testkit/src/keys');
const certificate = join(keys, 'idp-signing.certificate.pem');
const root = 'urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor';
const folder = mkdtempSync(join(tmpdir(), 'gakumon-bench-'));
const [template, signed] = [join(folder, 'template.xml'), join(folder, 'signed.xml')];

type Run = { readonly seconds: number; readonly output: string };

/** @throws Error when the program fails */
function run(program: string, args: readonly string[]): Run {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1000, output: stdout };
}

const id = ['--id-attr:ID', root];
const verifyWithXmlsec = (): Run =>
  run('xmlsec1', ['--verify', '--enabled-key-data', 'key-name', '--pubkey-cert-pem', certificate, ...id, signed]);
const verifyHere = (): Run => run(process.execPath, [join(import.meta.dirname, 'verifyOnce.ts'), signed, certificate]);
const best = (runs: readonly Run[]): number => Math.min(...runs.map(({ seconds }) => seconds));

try {
  await makeAggregate(template, Number(options.entities));
  run('xmlsec1', ['--sign', '--privkey-pem', join(keys, 'idp-signing.key.pem'), ...id, '--output', signed, template]);
  const rounds = Array.from({ length: Number(options.rounds) }, () => ({
    xmlsec1: verifyWithXmlsec(),
    here: verifyHere(),
  }));
  const xmlsec1 = best(rounds.map((round) => round.xmlsec1));
  const here = best(rounds.map((round) => round.here));
  const told = rounds.map((round) => JSON.parse(round.here.output) as { seconds: number; peak: number });
  const figures = {
    bytes: statSync(signed).size,
    xmlsec1,
    here,
    ratio: here / xmlsec1,
    withoutStart: Math.min(...told.map(({ seconds }) => seconds)),
    peakMemory: Math.max(...told.map(({ peak }) => peak)),
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
