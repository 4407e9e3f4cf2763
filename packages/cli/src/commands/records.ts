import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addRecordsBackup } from './recordsBackup.ts';
import { addRecordsExport } from './recordsExport.ts';
import { addRecordsImport } from './recordsImport.ts';
import { addRecordsMigrate } from './recordsMigrate.ts';
import { addRecordsRestore } from './recordsRestore.ts';
import { addRecordsStatus } from './recordsStatus.ts';

const commands = [
  addRecordsStatus,
  addRecordsMigrate,
  addRecordsExport,
  addRecordsImport,
  addRecordsBackup,
  addRecordsRestore,
];

export function addRecords(program: Command, context: CliContext): void {
  const records = program.command('records').description('the database: looking at it, moving it, backing it up');
  for (const add of commands) add(records, context);
}
