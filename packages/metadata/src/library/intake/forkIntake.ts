import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GakumonError, minutes } from '@gakumon/terms';
import type { Intake, IntakeJob, IntakeResult } from '../refreshing.ts';
import { errorOf, type IntakeMessage, type IntakeOrder } from './intakeMessages.ts';

const entryFile = fileURLToPath(new URL('./intakeProcess.ts', import.meta.url));

/**
 * What is read streams by: without these bounds V8 lets garbage lie. Octets are outside of this heap. Megabytes. Young
 * space of one size throughout takes no longer than one that grows, and less in the end (100 MB, both threads: 155 MB; with
 * twice the space 190 MB, in the same time).
 */
const heap = ['--max-old-space-size=160', '--min-semi-space-size=8', '--max-semi-space-size=8'];

/** What a program needs to find the network and its files; no secret of this process. */
const environment = /^(PATH|HOME|TMPDIR|TZ|LANG|LC_.*|NODE_EXTRA_CA_CERTS|NODE_COMPILE_CACHE|SSL_CERT_(FILE|DIR))$/i;

const longestComplaint = 2000;

/** Fetching has its own deadlines, and work is bounded by the size of the document: this is for all else. Milliseconds. */
const longestIntake = minutes(30);

export type ForkOptions = {
  /** What the process runs. */
  readonly entry?: string;
  /** Milliseconds until it is killed. */
  readonly longest?: number;
};

/**
 * Does a job in a process of its own, which is stopped by the signal, ends in finite time and can't outlive this one.
 * However it ends, the promise settles.
 * @throws GakumonError as the job does; `metadata-intake` when the process was killed, took too long or ran out of memory;
 * `interrupted` when the signal stopped it
 */
export const forkIntake: Intake = (job, options) => forkIntakeWith({}, job, options);

/** The same, for a test of what such a process may do. */
export const forkIntakeWith = (
  { entry = entryFile, longest = longestIntake }: ForkOptions,
  job: IntakeJob,
  { onProgress, signal }: Parameters<Intake>[1],
): Promise<IntakeResult> =>
  new Promise<IntakeResult>((resolve, reject) => {
    const stopped = () => new GakumonError('interrupted', { detail: 'the intake of metadata was stopped' });
    if (signal?.aborted) return reject(stopped());
    const child = fork(entry, [], {
      execArgv: [...heap, '--disable-warning=ExperimentalWarning'],
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => environment.test(name))),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // JSON would leave out what is undefined.
      serialization: 'advanced',
    });
    const complaint = collectTail(child);
    const stop = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      stop();
    }, longest);
    const settle = (): void => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', stop);
    };
    let answer: IntakeMessage | undefined;
    child.on('message', (message: IntakeMessage) => {
      if ('progress' in message) onProgress?.(message.progress);
      else answer = message;
    });
    child.once('error', (cause) => {
      settle();
      reject(new GakumonError('metadata-intake', { detail: `no process could be started: ${cause.message}`, cause }));
    });
    child.once('close', (code, killedBy) => {
      settle();
      if (answer !== undefined && 'result' in answer) resolve(answer.result);
      else if (answer !== undefined && 'error' in answer) reject(errorOf(answer.error));
      else if (signal?.aborted) reject(stopped());
      else if (isLate) reject(late(longest));
      else reject(brokenOff(code, killedBy, complaint()));
    });
    const order: IntakeOrder = { job };
    child.send(order, (error) => error !== null && stop());
  });

function late(longest: number): GakumonError {
  return new GakumonError('metadata-intake', { detail: `it was not taken in within ${longest / 1000} seconds` });
}

function brokenOff(code: number | null, killedBy: string | null, complaint: string): GakumonError {
  const how = killedBy === null ? `ended with ${code}` : `was ended by ${killedBy}`;
  const memory = /heap out of memory|allocation failed/i.test(complaint) ? ': it ran out of memory' : '';
  const last = memory === '' ? complaint.trim().split('\n').at(-1) : undefined;
  const detail = `the process that takes it in ${how}${memory}${last ? `: ${last}` : ''}`;
  return new GakumonError('metadata-intake', { detail });
}

function collectTail({ stderr }: ChildProcess): () => string {
  let tail = '';
  stderr?.setEncoding('utf8');
  stderr?.on('data', (text: string) => {
    tail = `${tail}${text}`.slice(-longestComplaint);
  });
  return () => tail;
}
