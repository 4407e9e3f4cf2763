import { isGakumonError } from '@gakumon/terms';
import type { Finding } from './finding.ts';

/** Turns what a look throws into findings, one for each line that it complains of. */
export async function attempt(about: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    const lines = (error.detail ?? error.code).split('\n');
    const { hint } = error.row;
    return lines.map((message, index) => ({
      level: 'fail',
      about,
      message,
      hint: index === lines.length - 1 ? hint : undefined,
    }));
  }
}
