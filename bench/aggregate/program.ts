import { spawnSync } from 'node:child_process';

/** One run of a program, from its start to its end. */
export type Run = { readonly seconds: number; readonly output: string };

/** @throws Error when the program fails */
export function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Run {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1000, output: stdout };
}

/** What others do on the machine only ever makes it longer. */
export const best = (figures: readonly number[]): number => Math.min(...figures);
