import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseConfig } from '@gakumon/config';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { installationFiles, installationPaths, metadataFolder } from '../installation/installationFiles.ts';
import { keyPaths, makeKeyFiles } from '../installation/keyFiles.ts';
import { writeNewFiles } from '../installation/newFiles.ts';
import { nextSteps } from '../installation/nextSteps.ts';
import {
  type Answers,
  listAnswerMistakes,
  type Question,
  questions,
  toInstallation,
} from '../installation/questions.ts';
import type { Terminal } from '../terminal.ts';

type InitOptions = {
  readonly dir: string;
  readonly entityId?: string;
  readonly baseUrl?: string;
  readonly scope?: readonly string[];
  readonly orgJa?: string;
  readonly orgEn?: string;
  readonly supportUrl?: string;
  readonly keyBits: string;
};

export function addInit(program: Command, context: CliContext): void {
  program
    .command('init')
    .description('write keys, a configuration and its documents; on a terminal it asks for what no option tells')
    .option('--dir <folder>', 'where to', '.')
    .option('--base-url <url>', 'where browsers will reach it, e.g. https://idp.example.ac.jp')
    .option('--entity-id <uri>', 'its name for ever (else the base URL with /idp/shibboleth)')
    .option('--scope <domain...>', 'the domain behind the @ of scoped attributes')
    .option('--org-ja <name>', 'the name of the organisation in Japanese')
    .option('--org-en <name>', 'the name of the organisation in English')
    .option('--support-url <url>', 'where people find help')
    .option('--key-bits <number>', 'the length of the RSA keys: 2048, 3072 or 4096', '2048')
    .action((options: InitOptions) => init(context, options));
}

async function init(context: CliContext, options: InitOptions): Promise<void> {
  const keyBits = Number(options.keyBits);
  if (![2048, 3072, 4096].includes(keyBits)) refuseUsage('--key-bits must be 2048, 3072 or 4096');
  const folder = resolve(context.cwd, options.dir);
  requireNoInstallation(folder);
  const files = installationFiles(toInstallation(await decideAnswers(context.terminal, options)));
  const config = parseConfig(files[0]?.content ?? '', resolve(folder, 'gakumon.yaml'));
  const commonName = new URL(config.idp.baseUrl).hostname;
  const keys = await makeKeyFiles({ commonName, now: context.clock(), keyBits });
  const written = await writeNewFiles(folder, [...files, ...keys]);
  await mkdir(resolve(folder, metadataFolder), { recursive: true });
  context.terminal.print(written.map((path) => `wrote ${path}`).join('\n'));
  context.terminal.print(nextSteps(config));
}

/** Before anything is asked: nobody should answer six questions in vain, or be tempted to make room. */
function requireNoInstallation(folder: string): void {
  const found = [...installationPaths, ...keyPaths].find((path) => existsSync(resolve(folder, path)));
  if (found === undefined) return;
  throw new GakumonError('file-exists', {
    detail: `there is an installation in ${folder} already (${found}); nothing was changed`,
  });
}

const example =
  "gakumon init --base-url https://idp.example.ac.jp --scope example.ac.jp --org-ja 例の大学 --org-en 'Example University'";

async function decideAnswers(terminal: Terminal, options: InitOptions): Promise<Answers> {
  const given: Partial<Answers> = { ...options, scope: options.scope?.join(' ') } as Partial<Answers>;
  const mistakes = questions.flatMap(({ field, flag }) => {
    const answer = given[field];
    return answer === undefined ? [] : listAnswerMistakes(field, answer).map((mistake) => `${flag} ${mistake}`);
  });
  if (mistakes.length > 0) refuseUsage(mistakes.join('\n'));
  const missing = questions.filter(({ field, usual }) => given[field] === undefined && usual === undefined);
  if (missing.length > 0 && !terminal.isInteractive) {
    const flags = missing.map(({ flag }) => flag).join(', ');
    refuseUsage(`there is no terminal to ask at; say ${flags}\nsuch as: ${example}`);
  }
  let answers: Partial<Answers> = {};
  for (const question of questions) {
    const answer = given[question.field] ?? (await answerTo(terminal, question, answers));
    answers = { ...answers, [question.field]: answer };
  }
  return answers as Answers;
}

/** Asks where somebody can be asked, until the answer is good; takes what is usual otherwise. */
async function answerTo(
  terminal: Terminal,
  { field, text, usual }: Question,
  before: Partial<Answers>,
): Promise<string> {
  const proposal = usual?.(before);
  if (!terminal.isInteractive) return proposal ?? '';
  for (;;) {
    const answer = await terminal.ask(text, proposal);
    const mistakes = listAnswerMistakes(field, answer);
    if (mistakes.length === 0) return answer;
    terminal.say('error', mistakes.join('\n'));
  }
}
