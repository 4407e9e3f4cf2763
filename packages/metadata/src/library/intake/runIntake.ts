import { join } from 'node:path';
import { indexDocument } from '../../index/indexDocument.ts';
import { requireSafeOrigin } from '../../sources/http/address.ts';
import { readSigners } from '../readSigners.ts';
import type { HttpValidators, Intake, IntakeJob, IntakeProgress } from '../refreshing.ts';
import { documentFile } from './documentFile.ts';
import { openDocumentFile } from './openDocumentFile.ts';
import { writeThrough } from './writeThrough.ts';

const progressStep = 1_048_576;
/** From this size on a second thread earns what its start costs, octets. */
const largeDocument = 16_777_216;

type OpenedDocument = {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly total: number | undefined;
  readonly validators: HttpValidators;
  /** Whoever never began to read them still holds a connection. */
  readonly drop: () => Promise<unknown>;
};

/**
 * Does a job in this process: fetches or opens the document, and verifies, cuts and indexes it in one pass.
 * @throws GakumonError as indexDocument, the fetching and the reading do
 */
export const runIntake: Intake = async (job, { onProgress, signal }) => {
  const keys = await readSigners(job.source.signers);
  const opened = await openJob(job, onProgress, signal);
  if (opened === 'unchanged') return { kind: 'unchanged' };
  const { facts } = await indexDocument(opened.pieces, {
    source: job.source,
    keys,
    now: job.now,
    into: job.into,
    // Nobody knows how large it is, or it is large.
    beside: opened.total === undefined || opened.total >= largeDocument,
    onProgress: onProgress && verifying(onProgress, opened.total),
    signal,
  }).catch(async (error: unknown) => {
    await opened.drop();
    throw error;
  });
  return { kind: 'taken', facts, validators: opened.validators };
};

async function openJob(
  { from, into, now, source, proxy }: IntakeJob,
  onProgress: ((progress: IntakeProgress) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenedDocument | 'unchanged'> {
  if ('file' in from) {
    const { pieces, size, close } = await openDocumentFile(from.file, { keep: false });
    return { pieces, total: size, validators: {}, drop: close };
  }
  requireSafeOrigin(source);
  // A process for a file starts sooner without it.
  const { openDocument } = await import('../../sources/http/openDocument.ts');
  const { url, validators } = from;
  const fetching = onProgress && reportSteps('fetch', onProgress);
  const answer = await openDocument({ url, validators, signal, now, proxy, onProgress: fetching });
  if (answer.kind === 'unchanged') return 'unchanged';
  const pieces = writeThrough(answer.pieces, join(into, documentFile));
  return { pieces, total: undefined, validators: answer.validators, drop: answer.pieces.return };
}

/** Of a url the fetching tells how far it is, since all goes at its pace. */
function verifying(
  onProgress: (progress: IntakeProgress) => void,
  total: number | undefined,
): ((octets: number) => void) | undefined {
  if (total === undefined) return undefined;
  const report = reportSteps('verify', onProgress);
  return (octets) => report(octets, total);
}

function reportSteps(
  step: IntakeProgress['step'],
  onProgress: (progress: IntakeProgress) => void,
): (octets: number, total: number | undefined) => void {
  let told = 0;
  return (done, total) => {
    if (done - told < progressStep && done !== total) return;
    told = done;
    onProgress({ step, done, total });
  };
}
