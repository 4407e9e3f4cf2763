import type { DocumentReport } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { isGakumonError } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { withSealedRecords } from '../withSealedRecords.ts';
import type { Finding } from './finding.ts';

/** How the files here stand to what is published. Only for records that were found well: it opens them. */
export async function describeShared(config: Config, context: CliContext): Promise<readonly DocumentReport[]> {
  const { describeDocument, documentRecords, listDocumentPlans } = await import('@gakumon/assembly');
  const isOneMachine = config.stores.records.kind !== 'postgres';
  try {
    return await withSealedRecords(config, context, ({ sealed, keys }) => {
      const records = documentRecords(sealed, keys);
      return Promise.all(listDocumentPlans(config).map((plan) => describeDocument(plan, records, isOneMachine)));
    });
  } catch (error) {
    // Bad keys and stores that went away are told of where those are looked at.
    if (isGakumonError(error)) return [];
    throw error;
  }
}

/**
 * Documents that were published can be read here, and are what the files say: one that cannot be is in force on each
 * node for itself, and nobody notices.
 */
export async function checkShared(reports: readonly DocumentReport[]): Promise<readonly Finding[]> {
  const { describePublisher, waysOut } = await import('@gakumon/assembly');
  return reports.flatMap(({ name, file, standing, found }): Finding[] => {
    if (found.kind === 'unopenable') {
      const message = `${name} is not shared between the nodes: what is published of it cannot be opened: ${found.reason}`;
      return [{ level: 'fail', about: 'document', message, hint: found.hint }];
    }
    if (found.kind === 'nothing' || (standing !== 'older' && standing !== 'refused')) return [];
    const { at, by } = found.version;
    const inForce = `published ${new Date(at).toISOString()} by ${describePublisher(by)}`;
    const message = `${file} is not in force as ${name}: that is what was ${inForce}`;
    return [{ level: 'warn', about: 'document', message, hint: waysOut(name, file) }];
  });
}

/** The text that is in force instead of what the file says; undefined: the file is. */
export function textInForce(reports: readonly DocumentReport[], file: string): string | undefined {
  const report = reports.find((one) => one.file === file);
  if (report?.found.kind !== 'version') return undefined;
  return report.standing === 'older' || report.standing === 'refused' ? report.found.version.text : undefined;
}
