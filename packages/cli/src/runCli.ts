import type { Parts } from '@gakumon/assembly';
import type { Environment } from '@gakumon/config';
import { Command, CommanderError } from 'commander';
import { addCase } from './commands/case.ts';
import { addCheck } from './commands/check.ts';
import { addDocuments } from './commands/documents.ts';
import { addGuest } from './commands/guest.ts';
import { addInit } from './commands/init.ts';
import { addKeys } from './commands/keys.ts';
import { addMetadata } from './commands/metadata.ts';
import { addPolicy } from './commands/policy.ts';
import { addRecords } from './commands/records.ts';
import { addRelease } from './commands/release.ts';
import { addServe } from './commands/serve.ts';
import { addSp } from './commands/sp.ts';
import { addUser } from './commands/user.ts';
import type { CliContext, RunningServer } from './context.ts';
import { tellFailure } from './failure.ts';
import { processTerminal } from './terminal.ts';
import { version } from './version.ts';

const commands = [
  addServe,
  addInit,
  addCheck,
  addMetadata,
  addSp,
  addUser,
  addGuest,
  addRelease,
  addPolicy,
  addKeys,
  addDocuments,
  addRecords,
  addCase,
];

export type CliOptions = {
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly serve: (parts: Parts) => Promise<RunningServer>;
};

/**
 * The command `gakumon`.
 * @returns what the process should end with: 0 done; 1 refused or failed; 2 wrong usage
 */
export async function runCli({ argv, ...options }: CliOptions): Promise<number> {
  const terminal = processTerminal();
  const program = new Command('gakumon');
  const context: CliContext = {
    ...options,
    terminal,
    clock: Date.now,
    configOption: () => program.opts<{ config?: string }>().config,
  };
  buildProgram(program, context);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return tellFailure(terminal, error);
  }
}

function buildProgram(program: Command, context: CliContext): void {
  program
    .description('a SAML 2.0 identity provider for universities')
    .option('--config <file>', 'the configuration (else GAKUMON_CONFIG, ./gakumon.yaml, ./var/demo/gakumon.yaml)')
    .configureOutput({ outputError: (text, write) => write(tellUsage(text)) })
    .version(version)
    .exitOverride();
  for (const add of commands) add(program, context);
  mentionManners(program, 'gakumon');
}

/** The id of an authenticator of an earlier release may look like an option. */
function tellUsage(text: string): string {
  if (!text.startsWith('error:')) return text;
  const isId = /unknown option '-[\w-]{21}'/.test(text);
  return `gakumon: ${text}${isId ? 'gakumon: hint: an id that begins with - goes behind --\n' : ''}`;
}

/** Every command's help tells of --config, and wrong usage leads to the help of the very command. */
function mentionManners(command: Command, name: string): void {
  command.showHelpAfterError(`gakumon: hint: ${name} --help`);
  for (const inner of command.commands) {
    inner.addHelpText('after', '\n--config <file> names the configuration (see gakumon --help)');
    mentionManners(inner, `${name} ${inner.name()}`);
  }
}
