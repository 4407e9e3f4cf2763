import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { runProgram } from '@gakumon/testkit';

/** One command of a transcript, and what it must say. `…` stands for anything within a line. */
type Step = { readonly command: string; readonly stdout: string[]; readonly stderr: string[]; exit: number };

/** What a command said, beside what the transcript says that it says. */
export type Outcome = {
  readonly command: string;
  readonly expected: readonly string[];
  readonly said: readonly string[];
};

const bin = resolve(import.meta.dirname, '../../../../bin/gakumon.mjs');

/** Nothing of the surroundings of a test run may reach the command. */
const bareEnvironment = {
  GAKUMON_CONFIG: undefined,
  GAKUMON_PORT: undefined,
  GAKUMON_DEMO_PORT: undefined,
  npm_lifecycle_event: undefined,
};

/**
 * Plays a transcript through the real bin: files are named by `-- path --` at its end, `$` lines are commands, `2>` lines
 * their error side, `exit N` their exit code (0 when it is not said), all others their output.
 * @param folder where the files are put and the commands run
 * @param node the Node that starts the bin
 */
export async function runTranscript(text: string, folder: string, node: string): Promise<readonly Outcome[]> {
  const [script = '', ...files] = text.split(/^-- (.+) --\n/m);
  for (let at = 0; at < files.length; at += 2) {
    const file = join(folder, files[at] ?? '');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, files[at + 1] ?? '');
  }
  const outcomes: Outcome[] = [];
  for (const step of parseSteps(script)) outcomes.push(await play(step, folder, node));
  return outcomes;
}

function parseSteps(script: string): Step[] {
  const steps: Step[] = [];
  for (const line of script.split('\n')) {
    const step = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), stdout: [], stderr: [], exit: 0 });
    else if (line.startsWith('#') || line === '' || step === undefined) continue;
    else if (line.startsWith('2> ')) step.stderr.push(line.slice(3));
    else if (/^exit \d+$/.test(line)) step.exit = Number(line.slice(5));
    else step.stdout.push(line);
  }
  return steps;
}

async function play({ command, stdout, stderr, exit }: Step, folder: string, node: string): Promise<Outcome> {
  const [words = '', input = ''] = command.split(' <<< ');
  const [, ...args] = words.match(/'[^']*'|\S+/g) ?? [];
  const plain = args.map((word) => word.replace(/^'(.*)'$/s, '$1'));
  const options = { cwd: folder, env: bareEnvironment, input: input.replaceAll('\\n', '\n') };
  const done = await runProgram(node, [bin, ...plain], options);
  return {
    command,
    expected: [...mark('1> ', stdout), ...mark('2> ', stderr), `exit ${exit}`],
    said: [
      ...blur(mark('1> ', linesOf(done.stdout)), mark('1> ', stdout)),
      ...blur(mark('2> ', linesOf(done.stderr)), mark('2> ', stderr)),
      `exit ${done.code}`,
    ],
  };
}

const mark = (side: string, lines: readonly string[]): string[] => lines.map((line) => side + line);

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Puts the transcript's own line in place of one that it describes, so that the two lists can be compared. */
function blur(said: readonly string[], expected: readonly string[]): string[] {
  return said.map((line, at) => (describes(expected[at] ?? '', line) ? (expected[at] ?? line) : line));
}

function describes(pattern: string, line: string): boolean {
  const pieces = pattern.split('…').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 'u').test(line);
}
