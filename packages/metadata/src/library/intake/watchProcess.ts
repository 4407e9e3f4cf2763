import process from 'node:process';
import { Worker } from 'node:worker_threads';

/** What a process that takes in a document may cost, in seconds of all its threads. */
export type CostLimits = { readonly base: number; readonly perMegabyte: number };

/** A fiftieth of it is enough for what federations publish. */
export const intakeCost: CostLimits = { base: 60, perMegabyte: 5 };

/** How often it looks, milliseconds. */
const interval = 500;

/** As text, for a thread that starts with nothing else: it is there in a few milliseconds. */
const watch = `
const { workerData: { parent, base, perMegabyte, read, interval } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const octets = new Float64Array(read);
setInterval(() => {
  const { user, system } = process.cpuUsage();
  const tooDear = (user + system) / 1e6 > base + perMegabyte * octets[0] / 1e6;
  if (tooDear) try { writeSync(2, 'it takes far more work than a document of that size should\\n'); } catch {}
  if (tooDear || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, interval);
`;

/**
 * Has a thread of its own watch this process, however busy it is: it is killed when it has cost far more than the document
 * that it reads is worth, and when the process that started it is gone.
 * @returns to be told how many octets were read so far
 */
export function watchProcess({ base, perMegabyte }: CostLimits): (octets: number) => void {
  const read = new SharedArrayBuffer(8);
  const octets = new Float64Array(read);
  const thread = new Worker(watch, {
    eval: true,
    workerData: { parent: process.ppid, base, perMegabyte, read, interval },
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, codeRangeSizeMb: 1 },
  });
  thread.unref();
  return (done) => {
    octets[0] = done;
  };
}
