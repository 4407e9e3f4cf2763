import type { Parts } from '@gakumon/assembly';
import { isGakumonError } from '@gakumon/terms';
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
    const parts = await assemble(config, { clock: context.clock, env: context.env, signal: stop.signal });
    await answerUntil(stop.ordered, context, parts).finally(parts.close);
  } catch (error) {
    // Told to stop while it was still waiting for its stores: that is an end like any other.
    if (!isGakumonError(error) || error.code !== 'interrupted') throw error;
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

type OrderToStop = {
  readonly order: () => void;
  readonly ordered: Promise<void>;
  readonly signal: AbortSignal;
};

function orderToStop(): OrderToStop {
  const { promise, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  const order = (): void => {
    controller.abort();
    resolve();
  };
  // Ordered twice is ordered once: a terminal's Ctrl-C reaches a whole group of processes, and they tell one another.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, order);
  return { order, ordered: promise, signal: controller.signal };
}
