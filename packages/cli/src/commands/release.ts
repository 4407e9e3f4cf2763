import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addReleaseLog } from './releaseLog.ts';
import { addReleasePreview } from './releasePreview.ts';

export function addRelease(program: Command, context: CliContext): void {
  const release = program.command('release').description('what leaves the house about people');
  for (const add of [addReleasePreview, addReleaseLog]) add(release, context);
}
