import { dirname, join, relative } from 'node:path';
import type { Config } from '@gakumon/config';
import { insideFolder, type Manifest, outsideFolder } from './manifest.ts';
import { isWithin, listNamed } from './namedPaths.ts';

/** What of a backup lay outside of the folder of the configuration. */
export const elsewhereFolder = 'outside-of-this-folder';

/** A file that was put at `at`, while the configuration looks for it at `belongs`; both absolute. */
export type Misplaced = { readonly at: string; readonly belongs: string };

/**
 * The files that are not where a restored configuration will look for them: those that it names by absolute paths, or by
 * relative ones that lead out of its folder.
 * @param config as it is read at its new place
 */
export function listMisplaced({ files, named }: Manifest, config: Config): readonly Misplaced[] {
  const folder = dirname(config.file);
  const now = listNamed(config).paths;
  return files.flatMap(({ path, original }) => {
    const at = placeOf(folder, path);
    if (at === undefined || original === undefined) return [];
    const wanted = named.flatMap((name, index) =>
      isWithin(name, original) ? [join(now[index] ?? name, relative(name, original))] : [],
    );
    return [...new Set(wanted)].filter((belongs) => belongs !== at).map((belongs) => ({ at, belongs }));
  });
}

/** Where a file of a backup is put; undefined: nowhere by its path alone. */
function placeOf(folder: string, path: string): string | undefined {
  if (path.startsWith(insideFolder)) return join(folder, path.slice(insideFolder.length));
  if (path.startsWith(outsideFolder)) return join(folder, elsewhereFolder, path.slice(outsideFolder.length));
  return undefined;
}
