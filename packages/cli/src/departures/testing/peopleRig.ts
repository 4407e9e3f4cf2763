import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGakumonError } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { Command } from 'commander';
import { addGuest } from '../../commands/guest.ts';
import { addUser } from '../../commands/user.ts';
import type { CliContext } from '../../context.ts';
import { tellFailure } from '../../failure.ts';

/** What a command said: its output, its error side, and what the process would end with. */
export type Said = { readonly out: string; readonly err: readonly string[]; readonly code: number };

export type PeopleRig = {
  readonly context: CliContext;
  /** The time of all commands, milliseconds. */
  readonly clock: { now: number };
  put(file: string, text: string): Promise<void>;
  /** Runs `gakumon user …` or `gakumon guest …` in this process. */
  run(...args: string[]): Promise<Said>;
};

/** A hash that no password matches, at a cost that costs nothing. */
const someHash = `$scrypt$ln=10,r=8,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`;

/** users.yaml with these entries, each as YAML writes a group on one line. */
export const usersText = (entries: readonly string[]): string =>
  `version: 1\npeople:\n${entries.map((entry) => `  - { passwordHash: '${someHash}', ${entry} }\n`).join('')}`;

/** An installation of files and SQLite, and its command line within this process. @param directory as YAML */
export async function peopleRig(directory: string, now: number): Promise<PeopleRig> {
  const folder = await temporaryFolder();
  const put = (file: string, text: string) => writeFile(join(folder, file), text);
  await mkdir(join(folder, 'certs'));
  await put('certs/sealing.key', `${randomBytes(32).toString('base64')}\n`);
  await put('certs/persistent-id.salt', `${randomBytes(32).toString('base64')}\n`);
  await put(
    'gakumon.yaml',
    `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 大学, en: University }
directory: ${directory}
`,
  );
  const clock = { now };
  let [out, err]: [string[], string[]] = [[], []];
  const context: CliContext = {
    env: {},
    cwd: folder,
    clock: () => clock.now,
    configOption: () => join(folder, 'gakumon.yaml'),
    serve: () => Promise.reject(new Error('no server')),
    terminal: {
      isInteractive: false,
      print: (text) => void out.push(text),
      say: (kind, text) => void err.push(`${kind}: ${text.replaceAll(`${folder}/`, '')}`),
      showProgress: () => {},
      ask: () => Promise.reject(new Error('nobody to ask')),
      askHidden: () => Promise.reject(new Error('nobody to ask')),
      readInput: async () => '',
    },
  };
  return {
    context,
    clock,
    put,
    async run(...args) {
      [out, err] = [[], []];
      const program = new Command('gakumon').exitOverride();
      for (const add of [addGuest, addUser]) add(program, context);
      const code = await program.parseAsync(args, { from: 'user' }).then(
        () => 0,
        (error: unknown) => {
          if (!isGakumonError(error)) throw error;
          return tellFailure(context.terminal, error);
        },
      );
      return { out: out.join('\n'), err, code };
    },
  };
}
