import { workerData } from 'node:worker_threads';
import { createKeeper, type Keeper } from './keeper.ts';
import type { KeeperAnswer, KeeperOrder } from './keeperBeside.ts';
import { type Kind, kinds, takeSlots, tellFailed } from './keeperSlots.ts';

/** The thread that keeps what another one hands over (`keeperBeside.ts`), and answers once. */
const { memory, directory, port } = workerData as KeeperOrder;

const tell = (answer: KeeperAnswer): void => port.postMessage(answer);

function takerOf(keeper: Keeper): (kind: Kind, octets: Uint8Array) => void {
  return (kind, octets) => {
    if (kind === kinds.canonical) keeper.canonical(octets);
    else if (kind === kinds.document) keeper.document(octets);
    else if (kind === kinds.beginEntity) keeper.beginEntity();
    else if (kind === kinds.endEntity) keeper.endEntity();
  };
}

try {
  const keeper = createKeeper(directory);
  try {
    takeSlots(memory, takerOf(keeper), keeper.flush);
    tell({ kept: await keeper.finish() });
  } finally {
    await keeper.close();
  }
} catch (error) {
  tell({ failed: error instanceof Error ? error.message : String(error) });
  tellFailed(memory);
}
