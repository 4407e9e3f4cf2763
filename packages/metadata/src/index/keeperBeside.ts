import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { GakumonError } from '@gakumon/terms';
import type { Keeper, Kept } from './keeper.ts';
import { createSlots, createSlotWriter, kinds, type SharedSlots, tellFailed } from './keeperSlots.ts';

/** What the thread is started with. */
export type KeeperOrder = { readonly memory: SharedSlots; readonly directory: string; readonly port: MessagePort };

/** What it answers, once. */
export type KeeperAnswer = { readonly kept: Kept } | { readonly failed: string };

const keeperThread = new URL('./keeperThread.ts', import.meta.url);
/** Milliseconds that a disk may take for a quarter of a megabyte. */
const patience = 60_000;
/** Megabytes of its heap; the octets are outside of it. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4, codeRangeSizeMb: 16 };

/**
 * Keeps octets in a thread of its own, so that hashing and writing them takes no time from reading them. They are copied
 * on the way, and may be changed by their owner at once.
 * @param directory gets the file
 * @param entry what the thread runs
 * @throws GakumonError `metadata-intake` from its functions when the thread failed, at once or soon after
 */
export function createKeeperBeside(directory: string, entry = keeperThread): Keeper {
  const memory = createSlots();
  const { port1: here, port2: port } = new MessageChannel();
  const workerData: KeeperOrder = { memory, directory, port };
  const thread = new Worker(entry, {
    workerData,
    transferList: [port],
    resourceLimits,
  });
  const { answer, explain } = answerOf(thread, here, () => tellFailed(memory));
  const slots = createSlotWriter(memory, patience, () => {
    throw explain();
  });
  let begun = 0;

  return {
    document: (octets) => slots.put(kinds.document, octets),
    canonical: (octets) => slots.put(kinds.canonical, octets),
    beginEntity: () => {
      slots.put(kinds.beginEntity);
      return begun++;
    },
    endEntity: () => slots.put(kinds.endEntity),
    flush: slots.handOver,
    finish: async () => {
      slots.put(kinds.end);
      slots.handOver();
      return answer;
    },
    close: async () => {
      await thread.terminate();
      here.close();
    },
  };
}

/**
 * @param stopFilling called when the thread has failed
 * @returns `answer` settles however the thread ends; `explain` tells, without waiting, why the thread doesn't get on
 */
function answerOf(
  thread: Worker,
  port: MessagePort,
  stopFilling: () => void,
): { readonly answer: Promise<Kept>; readonly explain: () => GakumonError } {
  const { promise: answer, resolve, reject } = Promise.withResolvers<Kept>();
  let failure: GakumonError | undefined;
  const fail = (detail: string): void => {
    failure ??= new GakumonError('metadata-intake', { detail });
    reject(failure);
    stopFilling();
  };
  const hear = (told: KeeperAnswer): void => ('kept' in told ? resolve(told.kept) : fail(told.failed));
  const hearWaiting = (): void => {
    const waiting = receiveMessageOnPort(port);
    if (waiting !== undefined) hear(waiting.message);
  };
  port.once('message', hear);
  thread.once('error', ({ message }) => fail(`the thread that writes it failed: ${message}`));
  thread.once('exit', (code) => {
    // Its last message may not have been looked at yet.
    hearWaiting();
    fail(`the thread that writes it ended with ${code}`);
  });
  // Whoever doesn't wait for it was told otherwise, or refuses the document.
  answer.catch(() => undefined);
  return {
    answer,
    explain: () => {
      hearWaiting();
      return failure ?? new GakumonError('metadata-intake', { detail: 'the thread that writes it does not get on' });
    },
  };
}
