import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GakumonError } from '@gakumon/terms';
import { entitiesFileName } from '../index/entitiesFile.ts';
import type { MetadataIndex } from '../index/metadataIndex.ts';
import { openIndex } from '../index/openIndex.ts';
import type { SourceRecords } from '../ports.ts';
import type { MetadataSource } from '../sources/source.ts';
import { decideGuard } from '../trust/guard.ts';
import { listUsable } from '../trust/listUsable.ts';
import { chooseIntake } from './intake/chooseIntake.ts';
import { openDocumentFile } from './intake/openDocumentFile.ts';
import type { Intake, IntakeProgress } from './refreshing.ts';

export type LoadOptions = {
  /** Milliseconds; the time that it is judged by. */
  readonly now: number;
  readonly intake?: Intake | undefined;
  readonly onProgress?: ((progress: IntakeProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * What is in force under that name and whom people use, for the guard; undefined: an operator has looked, or there is
   * nothing.
   */
  readonly guarded?: { readonly before: readonly string[]; readonly used: ReadonlySet<string> } | undefined;
};

/**
 * Loads a document by hand: accepts or refuses it like that of any source, then keeps what was hashed where every node sees
 * it within seconds. The same name replaces.
 *
 * @param source how it is called and believed; its origin is a file
 * @returns what is in it
 * @throws GakumonError as indexDocument does; `metadata-held` when the guard asks for an operator's word;
 * `store-unavailable`. Then nothing was kept
 */
export async function loadMetadata(
  records: Pick<SourceRecords, 'save'>,
  source: MetadataSource,
  options: LoadOptions,
): Promise<MetadataIndex> {
  const { now, intake = chooseIntake, onProgress, signal, guarded } = options;
  if (source.origin.kind !== 'file') throw new Error(`a ${source.origin.kind} is not loaded but followed`);
  const into = await mkdtemp(join(tmpdir(), 'gakumon-load-'));
  try {
    await intake(
      { source, from: { file: source.origin.path }, into, now },
      { ...(onProgress && { onProgress }), ...(signal && { signal }) },
    );
    const opened = openIndex(into);
    opened.close();
    if (guarded !== undefined) requireUnguarded(source, opened.index, guarded, now);
    await saveTaken(records, source, into, now);
    return opened.index;
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

/**
 * Keeps what an intake accepted into a directory: the octets that were hashed.
 * @throws GakumonError `store-unavailable`
 */
export async function saveTaken(
  records: Pick<SourceRecords, 'save'>,
  { name, filter, mayAssert }: Pick<MetadataSource, 'name' | 'filter' | 'mayAssert'>,
  directory: string,
  now: number,
): Promise<void> {
  const { pieces } = await openDocumentFile(join(directory, entitiesFileName), { keep: true });
  await records.save(name, now, { document: pieces, filter, mayAssert });
}

function requireUnguarded(
  { name, guard }: MetadataSource,
  index: MetadataIndex,
  guarded: NonNullable<LoadOptions['guarded']>,
  now: number,
): void {
  const decision = decideGuard({ ...guarded, after: listUsable(index, now), guard });
  if (decision.kind === 'hold') throw new GakumonError('metadata-held', { detail: `${name}: ${decision.reason}` });
}
