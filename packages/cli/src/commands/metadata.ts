import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addMetadataDiff } from './metadataDiff.ts';
import { addMetadataList } from './metadataList.ts';
import { addMetadataLoad } from './metadataLoad.ts';
import { addMetadataPublish } from './metadataPublish.ts';
import { addMetadataRefresh } from './metadataRefresh.ts';
import { addMetadataRemove } from './metadataRemove.ts';
import { addMetadataShow } from './metadataShow.ts';
import { addMetadataSources } from './metadataSources.ts';
import { addMetadataVerify } from './metadataVerify.ts';

const commands = [
  addMetadataVerify,
  addMetadataLoad,
  addMetadataList,
  addMetadataShow,
  addMetadataSources,
  addMetadataRefresh,
  addMetadataDiff,
  addMetadataRemove,
  addMetadataPublish,
];

export function addMetadata(program: Command, context: CliContext): void {
  const metadata = program.command('metadata').description('whom this IdP answers, and how it introduces itself');
  for (const add of commands) add(metadata, context);
}
