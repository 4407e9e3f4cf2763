import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { slotAt } from '../slot.ts';

/** Takes in one copy after the other until it is killed. */
const slot = slotAt(process.argv[2] ?? '');
for (let count = 1; ; count += 1) {
  const { name, path } = await slot.makeCopy();
  await writeFile(join(path, 'entities'), 'whole');
  const current = { directory: name, sha256: `${count}`, trust: 't', stamp: undefined };
  await slot.change((state) => ({ ...state, previous: state.current, current, failures: state.failures + 1 }));
  if (count === 3) process.send?.('changing');
}
