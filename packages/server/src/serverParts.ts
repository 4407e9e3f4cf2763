import type { Config } from '@gakumon/config';
import type { Idp } from '@gakumon/idp';

/** What this door stands on; assembly makes it. */
export type ServerParts = {
  readonly config: Pick<Config, 'idp' | 'listen'>;
  readonly idp: Idp;
  /** Our own metadata, signed, as text. */
  publishMetadata(): Promise<string>;
  /** What keeps this node from serving; nothing when it is ready. */
  checkReady(): Promise<readonly string[]>;
};
