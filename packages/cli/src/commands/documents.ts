import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addDocumentsList } from './documentsList.ts';
import { addDocumentsPublish } from './documentsPublish.ts';
import { addDocumentsShow } from './documentsShow.ts';

export function addDocuments(program: Command, context: CliContext): void {
  const documents = program
    .command('documents')
    .description('people, release rules and settings, as all nodes have them');
  for (const add of [addDocumentsList, addDocumentsShow, addDocumentsPublish]) add(documents, context);
}
