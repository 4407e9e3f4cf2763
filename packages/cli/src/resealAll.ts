import type { Terminal } from './terminal.ts';
import type { SealedAccess } from './withSealedRecords.ts';

const batch = 200;

/** A secret that no key here opens. */
export type Unopenable = { readonly kind: string; readonly name: string; readonly key: string };

export type Resealed = { readonly resealed: number; readonly unopenable: readonly Unopenable[] };

/** Brings everything that can be opened under the key that seals; a batch a transaction, so it may be broken off. */
export async function resealAll(
  { sealed, keys }: SealedAccess,
  show: (done: number) => void = () => {},
): Promise<Resealed> {
  const { resealRecords, rowOf } = await import('@gakumon/assembly');
  const passOver = new Set<string>();
  const unopenable: Unopenable[] = [];
  let resealed = 0;
  for (let isDone = false; !isDone; show(resealed + unopenable.length)) {
    const done = await resealRecords(sealed, keys, { limit: batch, passOver });
    for (const record of done.unopenable) {
      passOver.add(rowOf(record));
      unopenable.push({ kind: record.kind, name: record.name, key: record.keyId });
    }
    resealed += done.resealed;
    isDone = done.isDone;
  }
  return { resealed, unopenable };
}

export function warnOfUnopenable(terminal: Terminal, unopenable: readonly Unopenable[]): void {
  for (const { kind, name, key } of unopenable) terminal.say('warning', `no key opens the ${kind} "${name}" (${key})`);
}
