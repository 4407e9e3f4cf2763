import type { Warn, WarnAbout } from '../reading/warnings.ts';
import { detached } from './detached.ts';
import type { MetadataIndex } from './metadataIndex.ts';

type Warning = MetadataIndex['warnings'][number];

const most = 1000;
const mostOfOne = 20;

/** Takes note of what is odd about a document: a bounded list, whoever wrote the document. */
export function createDocumentWarnings(): { readonly warnAbout: WarnAbout; readonly list: () => readonly Warning[] } {
  const warnings: Warning[] = [];
  let left = 0;

  function warnAbout(entityId: string | undefined): Warn {
    let told = 0;
    return (message) => {
      told += 1;
      if (warnings.length >= most || (entityId !== undefined && told > mostOfOne)) left += 1;
      else warnings.push({ entityId: entityId && detached(entityId), message: detached(message) });
    };
  }

  return {
    warnAbout,
    list: () =>
      left === 0 ? warnings : [...warnings, { entityId: undefined, message: `${left} more oddities are not listed` }],
  };
}
