import { resolve } from 'node:path';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { plain } from '../plain.ts';

type TestOptions = { readonly policy?: string; readonly json?: true };
type CaseResult = Awaited<ReturnType<typeof import('../policy/runCases.ts').runCases>>[number];

export function addPolicyTest(policy: Command, context: CliContext): void {
  policy
    .command('test')
    .description(
      'hold a table of cases against the files: who comes from where to which service, and what is to be asked',
    )
    .argument('<file>', 'the table (docs/policy.md)')
    .option('--policy <file>', 'a policy.yaml to try out, in place of the configured one')
    .option('--json', 'for scripts')
    .action((file: string, options: TestOptions) => test(context, file, options));
}

async function test(context: CliContext, file: string, { policy, json }: TestOptions): Promise<void> {
  const { runCases } = await import('../policy/runCases.ts');
  const draft = policy === undefined ? undefined : resolve(context.cwd, policy);
  const results = await runCases(context, resolve(context.cwd, file), draft);
  context.terminal.print(
    json ? JSON.stringify(results, undefined, 2) : results.flatMap((one) => describe(one, file)).join('\n'),
  );
  const failed = results.filter(({ ok }) => !ok).length;
  if (failed > 0) {
    throw new GakumonError('policy-case-failed', { detail: `${failed} of ${count(results.length, 'case')} failed` });
  }
}

function describe({ name, line, ok, differences }: CaseResult, file: string): string[] {
  if (ok) return [`ok      ${plain(name)}`];
  const lines = differences.map(
    ({ what, expected, got }) => `        ${what}: expected ${plain(expected)}; it is ${plain(got)}`,
  );
  return [`failed  ${plain(name)} (${file}:${line})`, ...lines];
}
