import { relative } from 'node:path';
import { demoPassword, demoPeople } from './people.ts';
import { addressOf, type DemoSettings } from './settings.ts';

/** What somebody who has just started the demonstration wants to know. */
export function announcement({ idpPort, spPort, folder }: DemoSettings, created: readonly string[]): string {
  const near = relative(process.cwd(), folder);
  const place = near.startsWith('..') ? folder : near;
  return [
    '',
    `  デモのサービス  demo service   ${addressOf(spPort)}   ← ここを開く / open this`,
    `  IdP                            ${addressOf(idpPort)}`,
    '',
    `  ログインできる人  who can log in (パスワード password: ${demoPassword})`,
    ...demoPeople.map(({ username, who }) => `    ${username}   ${who}`),
    '',
    ...(created.length === 0
      ? [`  前回のものを使います  reusing ${place}`]
      : [`  作成しました  created in ${place}`, ...created.map((path) => `    ${path}`)]),
    `  ログ  logs: ${place}/*.log`,
    '  終了  stop: Ctrl-C',
    '',
    '',
  ].join('\n');
}
