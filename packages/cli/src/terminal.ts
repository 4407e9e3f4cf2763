import { createInterface } from 'node:readline/promises';
import { GakumonError } from '@gakumon/terms';
import { escapeInvisible } from './escapeInvisible.ts';
import { plain } from './plain.ts';

/** How a command speaks with whoever runs it. Results go out; what is about the run itself goes to the error side. */
export type Terminal = {
  /** Whether a person sits there and can be asked. */
  readonly isInteractive: boolean;
  /** What can't be seen is escaped as in JSON; XML has to do that itself, as XML does. */
  readonly print: (text: string) => void;
  /** One line on the error side, as `gakumon: KIND: TEXT`. */
  readonly say: (kind: 'error' | 'hint' | 'warning', text: string) => void;
  /** A line on the error side that the next one replaces, for somebody who watches; an empty one takes it away. */
  readonly showProgress: (text: string) => void;
  /** @throws GakumonError `interrupted` on Ctrl-C and Ctrl-D */
  readonly ask: (question: string, proposal?: string) => Promise<string>;
  /**
   * Asks without showing what is typed.
   * @throws GakumonError `interrupted` on Ctrl-C, and Ctrl-D
   */
  readonly askHidden: (question: string) => Promise<string>;
  /** Everything on standard input. */
  readonly readInput: () => Promise<string>;
};

/** The terminal, or pipes, of this process. */
export function processTerminal(): Terminal {
  process.stdout.on('error', unlessNobodyReads);
  return {
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    print: (text) => void process.stdout.write(`${escapeInvisible(text)}\n`),
    say: (kind, text) => {
      for (const line of text.split('\n')) process.stderr.write(`gakumon: ${kind}: ${plain(line)}\n`);
    },
    showProgress: (text) => void (process.stderr.isTTY && process.stderr.write(`\r\u001b[2K${plain(text)}`)),
    ask,
    askHidden,
    readInput,
  };
}

/** `gakumon … | head` has read enough, and what was begun is still finished. */
function unlessNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function ask(question: string, proposal?: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close it without an answer.
  const { promise: closed, reject } = Promise.withResolvers<never>();
  lines.once('close', () => reject(interrupted()));
  try {
    const asked = lines.question(`${question}${proposal ? ` [${proposal}]` : ''}: `);
    asked.catch(() => {});
    const answer = await Promise.race([asked, closed]);
    return answer.trim() || (proposal ?? '');
  } catch (error) {
    process.stderr.write('\n');
    throw error;
  } finally {
    closed.catch(() => {});
    lines.close();
  }
}

const interrupted = (): GakumonError => new GakumonError('interrupted');

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const interrupt = '\u0003';
const endOfInput = '\u0004';

function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // Before the question is there to be answered, or what is typed at once would be shown.
  stdin.setRawMode(true).setEncoding('utf8').resume();
  stderr.write(`${question}: `);
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (): void => {
      stdin.off('data', take).off('end', leave).setRawMode(false).pause();
      stderr.write('\n');
    };
    const leave = (): void => {
      finish();
      reject(interrupted());
    };
    const take = (chunk: string): void => {
      for (const character of chunk) {
        if (character === interrupt || character === endOfInput) {
          leave();
          return;
        }
        if (character === '\r' || character === '\n') {
          finish();
          resolve(typed);
          return;
        }
        typed = typeOn(typed, character);
      }
    };
    stdin.on('data', take).once('end', leave);
  });
}

function typeOn(typed: string, character: string): string {
  if (character === '\u007f' || character === '\b') return [...typed].slice(0, -1).join('');
  return /\p{Cc}/u.test(character) ? typed : typed + character;
}
