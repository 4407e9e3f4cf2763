import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealingKeys } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import { type Clock, GakumonError } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import type { Notice } from '../../notice.ts';
import { shareDocuments } from '../shareDocuments.ts';
import { openSharedDocument } from '../sharedDocument.ts';

/** A node with one document, whose good texts begin with `good`. */
export type TestNode = {
  readonly file: string;
  readonly notices: readonly Notice[];
  /** What is in force on it. */
  current(): string;
  edit(text: string): Promise<void>;
  /** One look, as each second brings one. */
  look(): Promise<void>;
  /** How its notices since the last call begin, with their levels. */
  said(): readonly string[];
};

export type TestNodeOptions = {
  readonly sealed: SealedRecords;
  readonly keys: SealingKeys;
  readonly clock?: Clock;
  readonly isOneMachine?: boolean;
  /** Of its document; a fresh one when undefined. */
  readonly file?: string;
  /** What its release takes for good. */
  readonly good?: RegExp;
};

/** Starts a node on a file that holds `text`; undefined: what it holds already. */
export async function startTestNode(text: string | undefined, options: TestNodeOptions): Promise<TestNode> {
  const { sealed, keys, clock = Date.now, isOneMachine = false, good = /^good/ } = options;
  const file = options.file ?? join(await temporaryFolder(), 'document.yaml');
  if (text !== undefined) await writeFile(file, text);
  const notices: Notice[] = [];
  const report = (notice: Notice): void => void notices.push(notice);
  const parse = (content: string, label: string): string => {
    if (good.test(content)) return content;
    throw new GakumonError('document-invalid', { detail: `${label}:1: ${content}` });
  };
  const plan = { name: 'test', file, read: (path: string) => readFile(path, 'utf8'), parse };
  const document = await openSharedDocument(plan, report);
  const compare = shareDocuments([document], { sealed, keys, clock, report, isOneMachine });
  await compare();
  let told = 0;
  return {
    file,
    notices,
    current: () => document.current(),
    edit: (content) => writeFile(file, content),
    async look() {
      await document.lookAtFile();
      await compare();
    },
    said() {
      const fresh = notices.slice(told);
      told = notices.length;
      return fresh.map(({ level, message }) => `${level}: ${message}`);
    },
  };
}
