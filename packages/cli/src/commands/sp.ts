import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addSpAdd } from './spAdd.ts';
import { addSpList } from './spList.ts';

export function addSp(program: Command, context: CliContext): void {
  const sp = program.command('sp').description('services that publish no metadata');
  for (const add of [addSpAdd, addSpList]) add(sp, context);
}
