import { type GakumonError, isGakumonError } from '@gakumon/terms';
import type { Finding } from './finding.ts';

const away: ReadonlySet<string> = new Set(['store-unavailable', 'source-unavailable', 'directory-unavailable']);

/**
 * Turns what a look throws into findings, one for each line that it complains of.
 * @param awayHint what to do about a store, source or directory that is away, where it does not say so itself: the error table sends people
 *   to this check, which is of no use in it
 */
export async function attempt(
  about: string,
  look: () => Promise<readonly Finding[]>,
  awayHint?: string,
): Promise<readonly Finding[]> {
  const instead = ({ code, hint }: GakumonError) => (away.has(code) ? awayHint : undefined) ?? hint;
  try {
    return await look();
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    const lines = (error.detail ?? error.code).split('\n');
    const hint = error.hint === error.row.hint ? instead(error) : error.hint;
    return lines.map((message, index) => ({
      level: 'fail',
      about,
      message,
      hint: index === lines.length - 1 ? hint : undefined,
    }));
  }
}
