import type { Parts } from '@gakumon/assembly';
import { isGakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { orderToStop } from '../orderToStop.ts';
import { watchParent } from '../watchParent.ts';
import { readConfig } from '../withConfig.ts';

export function addServe(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('answer browsers until told to stop')
    .action(() => serve(context));
}

/** Prints `ready URL` for each listener once it answers, the browsers' first; ends on SIGTERM, SIGINT, SIGHUP (at once on a second one), and with the process that started it. */
async function serve(context: CliContext): Promise<void> {
  // Before anything else: whoever stops a server that is still starting must succeed too.
  const stop = orderToStop((reason) => context.terminal.say('error', `ended without finishing: ${reason}`));
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
  for (const url of [server.url, ...(server.alsoAt ?? [])]) context.terminal.print(`ready ${url}`);
  await ordered;
  await server.close();
}
