import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addMetadataList } from './metadataList.ts';
import { addMetadataLoad } from './metadataLoad.ts';
import { addMetadataPublish } from './metadataPublish.ts';
import { addMetadataRemove } from './metadataRemove.ts';
import { addMetadataShow } from './metadataShow.ts';

export function addMetadata(program: Command, context: CliContext): void {
  const metadata = program.command('metadata').description('whom this IdP answers, and how it introduces itself');
  for (const add of [addMetadataLoad, addMetadataList, addMetadataShow, addMetadataRemove, addMetadataPublish]) {
    add(metadata, context);
  }
}
