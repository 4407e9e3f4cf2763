import type { OpenStaffIdp } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { CliContext } from './context.ts';
import { readConfig } from './withConfig.ts';

/** What is open for as long as a command works; `isElsewhere`: servers keep sessions and counters in their own memory. */
export type StaffAccess = OpenStaffIdp & { readonly config: Config; readonly isElsewhere: boolean };

/** Opens what staff's orders take, beside running servers; what was done is written down, whatever happens then. */
export async function withStaffIdp<T>(context: CliContext, work: (access: StaffAccess) => Promise<T>): Promise<T> {
  const config = await readConfig(context);
  const { openStaffIdp } = await import('@gakumon/assembly');
  const opened = await openStaffIdp(config, context);
  try {
    return await work({ ...opened, config, isElsewhere: config.stores.sessions.kind === 'memory' });
  } finally {
    try {
      await opened.writeHistory();
    } finally {
      await opened.close();
    }
  }
}

/** Tells that what servers keep in their own memory is not seen from here. */
export function warnIfElsewhere({ terminal }: CliContext, { isElsewhere }: StaffAccess, what: string): void {
  if (!isElsewhere) return;
  terminal.say('warning', `stores.sessions is memory: ${what} cannot be seen outside the server that has them`);
}
