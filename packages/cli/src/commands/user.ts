import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addUserAddTotp } from './userAddTotp.ts';
import { addUserAuthenticators } from './userAuthenticators.ts';
import { addUserFind } from './userFind.ts';
import { addUserHash } from './userHash.ts';
import { addUserHistory } from './userHistory.ts';
import { addUserLeave } from './userLeave.ts';
import { addUserReissueId } from './userReissueId.ts';
import { addUserResetAuthenticator } from './userResetAuthenticator.ts';
import { addUserReturn } from './userReturn.ts';
import { addUserRevoke } from './userRevoke.ts';
import { addUserSessions } from './userSessions.ts';
import { addUserShow } from './userShow.ts';
import { addUserUnlock } from './userUnlock.ts';

const commands = [
  addUserHash,
  addUserShow,
  addUserSessions,
  addUserRevoke,
  addUserAuthenticators,
  addUserAddTotp,
  addUserResetAuthenticator,
  addUserUnlock,
  addUserHistory,
  addUserLeave,
  addUserReturn,
  addUserFind,
  addUserReissueId,
];

export function addUser(program: Command, context: CliContext): void {
  const user = program.command('user').description('people');
  for (const add of commands) add(user, context);
}
