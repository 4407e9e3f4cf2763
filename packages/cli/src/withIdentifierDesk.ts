import type { IdentifierDesk } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { CliContext } from './context.ts';
import { readConfig } from './withConfig.ts';

/** Opens what is known of identifiers for as long as `work` takes, beside running servers. */
export async function withIdentifierDesk<T>(
  context: CliContext,
  work: (desk: IdentifierDesk, config: Config) => Promise<T>,
): Promise<T> {
  const config = await readConfig(context);
  const { openIdentifierDesk } = await import('@gakumon/assembly');
  const desk = await openIdentifierDesk(config, context);
  try {
    return await work(desk, config);
  } finally {
    await desk.close();
  }
}
