import type { Config } from '@gakumon/config';
import { isGakumonError } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { withSealedRecords } from '../withSealedRecords.ts';
import type { Finding } from './finding.ts';

/**
 * Documents that were published can be read here: one that cannot be is in force on each node for itself, and nobody
 * notices. Only for records that were found well: it opens them.
 */
export async function checkShared(config: Config, context: CliContext): Promise<readonly Finding[]> {
  const { describeDocument, documentRecords, listDocumentPlans } = await import('@gakumon/assembly');
  try {
    const reports = await withSealedRecords(config, context, ({ sealed, keys }) => {
      const records = documentRecords(sealed, keys);
      return Promise.all(listDocumentPlans(config).map((plan) => describeDocument(plan, records)));
    });
    return reports.flatMap(({ name, found }): Finding[] => {
      if (found.kind !== 'unopenable') return [];
      const message = `${name} is not shared between the nodes: what is published of it cannot be opened: ${found.reason}`;
      return [{ level: 'fail', about: 'document', message, hint: found.hint }];
    });
  } catch (error) {
    // Bad keys and stores that went away are told of where those are looked at.
    if (isGakumonError(error)) return [];
    throw error;
  }
}
