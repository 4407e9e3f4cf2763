import { isGakumonError } from '@gakumon/terms';
import type { Finding } from './finding.ts';

/** Hints of the error table that send people to this check are of no use in it. */
const hereInstead: Readonly<Record<string, string>> = {
  'store-unavailable': 'is the disk full, may this user write there, does another program hold it?',
};

/** Turns what a look throws into findings, one for each line that it complains of. */
export async function attempt(about: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    const lines = (error.detail ?? error.code).split('\n');
    const hint = error.hint === error.row.hint ? (hereInstead[error.code] ?? error.hint) : error.hint;
    return lines.map((message, index) => ({
      level: 'fail',
      about,
      message,
      hint: index === lines.length - 1 ? hint : undefined,
    }));
  }
}
