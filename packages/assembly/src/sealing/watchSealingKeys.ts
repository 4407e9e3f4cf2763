import type { Config, Environment } from '@gakumon/config';
import type { SealingKeys } from '@gakumon/idp';
import { isGakumonError } from '@gakumon/terms';
import { settledStampOf, stampOf } from '../fileStamp.ts';
import type { Report } from '../notice.ts';
import { readSealingKeys } from '../secrets.ts';

/** Sealing keys that follow their file. */
export type WatchedSealingKeys = {
  /** Always those that hold now. */
  readonly keys: SealingKeys;
  /** Looks whether the file changed; a bad or missing one changes nothing and is told of once. Never rejects. */
  readonly refresh: () => Promise<void>;
};

/** @throws GakumonError what {@link readSealingKeys} throws, at the first reading only */
export async function watchSealingKeys(
  config: Pick<Config, 'keys'>,
  env: Environment,
  report: Report,
): Promise<WatchedSealingKeys> {
  const { sealing } = config.keys;
  // The stamp before the content: a change in between is seen at the next look.
  let stamp = 'file' in sealing ? await stampOf(sealing.file) : '';
  let held = await readSealingKeys(config, env);
  const keys: SealingKeys = {
    get current() {
      return held.current;
    },
    get all() {
      return held.all;
    },
    get retired() {
      return held.retired;
    },
  };
  if (!('file' in sealing)) return { keys, refresh: async () => {} };
  const { file } = sealing;
  const refresh = async (): Promise<void> => {
    if ((await stampOf(file)) === stamp) return;
    stamp = await settledStampOf(file);
    try {
      const next = await readSealingKeys(config, env);
      reportChange(held, next, file, report);
      held = next;
    } catch (error) {
      const reason = isGakumonError(error) ? (error.detail ?? error.code) : String(error);
      report({
        level: 'error',
        message: 'the sealing keys are bad; the last good ones stay',
        fields: { file, reason },
      });
    }
  };
  return { keys, refresh };
}

function reportChange(before: SealingKeys, after: SealingKeys, file: string, report: Report): void {
  const [was, is] = [idsOf(before), idsOf(after)];
  if (was.join() === is.join()) return;
  const fields = { file, seals: after.current.id, opens: is.join(' ') };
  report({ level: 'info', message: 'sealing keys read again', fields });
  if (!was.includes(after.current.id)) {
    // Fine on one node; with several, the others may not open what this one seals.
    const reason = 'it seals without having been added before; a node that does not have it yet refuses its logins';
    report({
      level: 'warn',
      message: 'a sealing key came unannounced',
      fields: { file, key: after.current.id, reason },
    });
  }
  if (!is.includes(before.current.id)) {
    const reason = 'it was sealing until now; logins that are open now must begin again';
    report({ level: 'warn', message: 'a sealing key is gone', fields: { file, key: before.current.id, reason } });
  }
}

const idsOf = ({ all }: SealingKeys): readonly string[] => all.map(({ id }) => id);
