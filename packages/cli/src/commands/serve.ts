import type { Parts } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { watchParent } from '../watchParent.ts';
import { readConfig } from '../withConfig.ts';

export function addServe(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('answer browsers until told to stop')
    .action(() => serve(context));
}

/** Prints `ready URL` once it answers; ends on SIGTERM, SIGINT, SIGHUP, and with the process that started it. */
async function serve(context: CliContext): Promise<void> {
  // Before anything else: whoever stops a server that is still starting must succeed too.
  const stop = orderToStop();
  const unwatch = watchParent(stop.order);
  try {
    const config = await readConfig(context);
    const { assemble } = await import('@gakumon/assembly');
    const parts = await assemble(config, { clock: context.clock, env: context.env });
    await answerUntil(stop.ordered, context, parts).finally(parts.close);
  } finally {
    // The channel to the parent would keep this process alive.
    unwatch();
  }
}

async function answerUntil(ordered: Promise<void>, context: CliContext, parts: Parts): Promise<void> {
  const server = await context.serve(parts);
  context.terminal.print(`ready ${server.url}`);
  await ordered;
  await server.close();
}

function orderToStop(): { readonly order: () => void; readonly ordered: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Ordered twice is ordered once: a terminal's Ctrl-C reaches a whole group of processes, and they tell one another.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
  return { order: resolve, ordered: promise };
}
