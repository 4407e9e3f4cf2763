import { randomFillSync } from 'node:crypto';
import type { IdMaker } from '@gakumon/terms';

const idBytes = 16;

/**
 * Makes xs:IDs of 128 random bits each (SAML Core 1.3.4). Bits are drawn for many at once, since a draw costs far more than
 * an id.
 */
export function createIdMaker(): IdMaker {
  const drawn = Buffer.alloc(idBytes * 256);
  let used = drawn.length;
  return () => {
    if (used === drawn.length) {
      randomFillSync(drawn);
      used = 0;
    }
    const id = `_${drawn.toString('hex', used, used + idBytes)}`;
    // Whoever reads the memory later finds no id in it.
    drawn.fill(0, used, used + idBytes);
    used += idBytes;
    return id;
  };
}
