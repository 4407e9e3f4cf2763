import { dirname, join } from 'node:path';
import type { Config } from '@gakumon/config';
import { shellWord } from '../shellWord.ts';

/** What remains to be done after `init`, as lines that can be copied. */
export function nextSteps({ file, idp, listen }: Config): string {
  const config = `--config ${shellWord(file)}`;
  const proxy = `a proxy with the certificate of ${idp.baseUrl} in front of http://${listen.host}:${listen.port},`;
  return [
    '',
    'next:',
    `  npx gakumon check ${config}`,
    `  npx gakumon user hash     makes a passwordHash for an entry in ${join(dirname(file), 'users.yaml')}`,
    `  a federation: take the # away from its source in ${file}, once you have compared its certificate`,
    `  one service: npx gakumon metadata load sp.xml --unsigned ${config}`,
    `  npx gakumon serve ${config}`,
    ...(idp.baseUrl.startsWith('https:')
      ? [`  ${proxy}`, '    named in listen.trustedProxies of the configuration']
      : []),
    'back up the certs folder now: what is in it cannot be made again.',
  ].join('\n');
}
