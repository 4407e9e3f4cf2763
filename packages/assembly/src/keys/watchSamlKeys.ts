import { join } from 'node:path';
import { fingerprintOf } from '@gakumon/metadata';
import { isGakumonError } from '@gakumon/terms';
import { settledStampOf, stampOf } from '../fileStamp.ts';
import type { Report } from '../notice.ts';
import { readSamlKeyList, readSamlKeys, type SamlKey, type SamlKeys, samlKeyListName } from './readSamlKeys.ts';
import type { SamlKeyList } from './samlKeyList.ts';

/** SAML keys that follow their files. */
export type WatchedSamlKeys = {
  /** Those that hold now. */
  readonly current: () => SamlKeys;
  /** Looks whether a file changed; bad or missing ones change nothing and are told of once. Never rejects. */
  readonly refresh: () => Promise<void>;
};

/** @throws GakumonError `key-missing`, `key-invalid`, `file-unreadable`, at the first reading only */
export async function watchSamlKeys(directory: string, report: Report): Promise<WatchedSamlKeys> {
  const listFile = join(directory, samlKeyListName);
  const filesOf = (list: SamlKeyList): readonly string[] =>
    list.flatMap(({ key, certificate }) => [join(directory, key), join(directory, certificate)]);
  const stampsOf = async (files: readonly string[], look: typeof stampOf): Promise<string> =>
    (await Promise.all(files.map(look))).join('\n');
  const tell = (reason: string): void =>
    report({ level: 'error', message: 'a SAML key is bad; the last good ones stay', fields: { directory, reason } });

  // Stamps before contents, the list's first: a change in between is seen at the next look.
  let listStamp = await stampOf(listFile);
  let files = filesOf(await readSamlKeyList(directory));
  let stamps = await stampsOf(files, stampOf);
  let held = await readSamlKeys(directory, await readSamlKeyList(directory));
  for (const reason of held.troubles) tell(reason);

  const takeUp = async (): Promise<void> => {
    listStamp = await settledStampOf(listFile);
    stamps = await stampsOf(files, stampOf);
    const list = await readSamlKeyList(directory);
    files = filesOf(list);
    stamps = await stampsOf(files, settledStampOf);
    const next = await readSamlKeys(directory, list, held.all);
    for (const reason of next.troubles) tell(reason);
    reportChange(held, next, directory, report);
    held = next;
  };
  return {
    current: () => held,
    async refresh() {
      if ((await stampOf(listFile)) === listStamp && (await stampsOf(files, stampOf)) === stamps) return;
      try {
        await takeUp();
      } catch (error) {
        tell(isGakumonError(error) ? (error.detail ?? error.code) : String(error));
      }
    },
  };
}

function reportChange(before: SamlKeys, after: SamlKeys, directory: string, report: Report): void {
  if (describe(before) === describe(after)) return;
  report({ level: 'info', message: 'SAML keys read again', fields: { directory, keys: describe(after) } });
}

const describe = ({ all }: SamlKeys): string => all.map(describeOne).join(', ');

function describeOne({ entry: { use, state }, pair }: SamlKey): string {
  return `${use} ${state} ${pair === undefined ? 'gone' : fingerprintOf(pair.certificate).slice(0, 8)}`;
}
