import { type Clock, seconds } from '@gakumon/terms';
import type { LdapTrouble } from './ldapTrouble.ts';

/** How long a server that failed is left alone while others answer. */
const rest = seconds(30);
/** How long the one who searches is not named again to a server that refused them. */
const refusalRest = seconds(10);

/** The servers of one directory, and which of them are known to be away. */
export type ServerLine = {
  /** Those to try now, one after another: first those that are not known to be away. */
  inOrder(): readonly string[];
  answered(url: string): void;
  failed(url: string, trouble: LdapTrouble): void;
  /** Why nobody is asked, where all of them refuse the one who searches. */
  refusals(): readonly string[];
};

type Absence = { readonly until: number; readonly refusal: string | undefined };

/**
 * @param probe tries a server that was away for a while, at nobody's expense; its end is told by `answered` or `failed`
 */
export function createServerLine(urls: readonly string[], clock: Clock, probe: (url: string) => void): ServerLine {
  const away = new Map<string, Absence>();
  const isAway = (url: string): boolean => away.has(url);
  const mayBeAsked = (url: string): boolean => {
    const absence = away.get(url);
    return absence?.refusal === undefined || absence.until <= clock();
  };
  const sendProbes = (): void => {
    for (const [url, absence] of away) {
      if (absence.until > clock()) continue;
      away.set(url, { ...absence, until: clock() + rest });
      probe(url);
    }
  };
  return {
    inOrder: () => {
      const present = urls.filter((url) => !isAway(url));
      // When all are away each request is a probe: the first that comes back is found at once
      if (present.length > 0) sendProbes();
      return [...present, ...urls.filter((url) => isAway(url) && mayBeAsked(url))];
    },
    answered: (url) => void away.delete(url),
    failed: (url, { blames, message }) => {
      if (blames === 'request') return;
      const refusal = blames === 'refusal' ? message : undefined;
      away.set(url, { until: clock() + (refusal === undefined ? rest : refusalRest), refusal });
    },
    refusals: () => urls.flatMap((url) => (mayBeAsked(url) ? [] : [`${url}: ${away.get(url)?.refusal}`])),
  };
}
