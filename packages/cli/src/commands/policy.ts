import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addPolicyExplain } from './policyExplain.ts';
import { addPolicyTest } from './policyTest.ts';

export function addPolicy(program: Command, context: CliContext): void {
  const policy = program.command('policy').description('when more than a password is asked for, and why');
  for (const add of [addPolicyExplain, addPolicyTest]) add(policy, context);
}
