import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, temporaryFolder } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { runTranscript } from './runTranscript.ts';

const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));

describe('the command line says what its transcripts say', () => {
  // At once, since each waits for its own commands; a long one takes its time on a busy machine
  test.concurrent.each(names)(
    '%s',
    async (name) => {
      const transcript = readFileSync(join(import.meta.dirname, name), 'utf8');
      for (const { command, said, expected } of await runTranscript(
        transcript,
        await temporaryFolder(),
        process.execPath,
      )) {
        expect({ command, said }).toEqual({ command, said: expected });
      }
    },
    240_000,
  );

  test('started by whatever Node the machine has', async () => {
    const node = findProgram('/usr/local/bin/node') ?? findProgram('/usr/bin/node') ?? process.execPath;
    const transcript = readFileSync(join(import.meta.dirname, 'usage.txt'), 'utf8');
    for (const { command, said, expected } of await runTranscript(transcript, await temporaryFolder(), node)) {
      expect({ command, said }).toEqual({ command, said: expected });
    }
  });
});
