import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { Finding } from '../check/finding.ts';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';

type CheckOptions = { readonly strict?: true; readonly json?: true };

export function addCheck(program: Command, context: CliContext): void {
  program
    .command('check')
    .description('look for everything that would fail later')
    .option('--strict', 'fail on warnings too')
    .option('--json', 'for scripts')
    .action((options: CheckOptions) => check(context, options));
}

async function check(context: CliContext, { strict, json }: CheckOptions): Promise<void> {
  const { checkInstallation } = await import('../check/checkInstallation.ts');
  const findings = await checkInstallation(context);
  context.terminal.print(json ? JSON.stringify(findings, undefined, 2) : findings.flatMap(describe).join('\n'));
  const failures = findings.filter(({ level }) => level === 'fail').length;
  const warnings = findings.filter(({ level }) => level === 'warn').length;
  if (failures > 0 || (strict && warnings > 0)) {
    throw new GakumonError('check-failed', { detail: `${failures} failed, ${count(warnings, 'warning')}` });
  }
}

function describe({ level, about, message, hint }: Finding): string[] {
  const line = `${level.padEnd(4)}  ${about.padEnd(9)}  ${plain(message)}`;
  return hint === undefined ? [line] : [line, `${' '.repeat(17)}${plain(hint)}`];
}

/** What servers and files say of themselves must not steer the terminal. */
const plain = (text: string): string => text.replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
