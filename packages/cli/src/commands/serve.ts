import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { watchParent } from '../watchParent.ts';
import { readConfig } from '../withConfig.ts';

/** How long requests that are under way may take after the order to stop, milliseconds. */
const patience = 10_000;

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
  const config = await readConfig(context);
  const { assemble } = await import('@gakumon/assembly');
  const parts = await assemble(config, { clock: context.clock, env: context.env });
  try {
    const server = await context.serve(parts);
    context.terminal.print(`ready ${server.url}`);
    await stop.ordered;
    await withinPatience(server.close());
  } finally {
    unwatch();
    await parts.close();
  }
}

function orderToStop(): { readonly order: () => void; readonly ordered: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Ordered twice is ordered once: a terminal's Ctrl-C reaches a whole group of processes, and they tell one another.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
  return { order: resolve, ordered: promise };
}

async function withinPatience(work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patience);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
