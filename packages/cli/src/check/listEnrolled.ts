import type { Config } from '@gakumon/config';
import { isGakumonError } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { withSealedRecords } from '../withSealedRecords.ts';

/**
 * Whoever has ever enrolled an authenticator, by user name: nothing is opened, however many there are.
 * @returns undefined when nobody can look; why is told elsewhere
 */
export async function listEnrolled(config: Config, context: CliContext): Promise<readonly string[] | undefined> {
  const { authenticatorsKind } = await import('@gakumon/assembly');
  try {
    const records = await withSealedRecords(config, context, ({ sealed }) => sealed.listRevisions(authenticatorsKind));
    return records.map(({ name }) => name);
  } catch (error) {
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}
