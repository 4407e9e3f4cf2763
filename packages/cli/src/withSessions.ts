import type { StaffSession, StaffSessions } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { normaliseUsername } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { refuseUsage } from './failure.ts';
import { readConfig } from './withConfig.ts';

/** Opens people's sessions for as long as `work` takes, beside running servers. */
export async function withSessions<T>(
  context: CliContext,
  work: (sessions: StaffSessions, isElsewhere: boolean, config: Config) => Promise<T>,
): Promise<T> {
  const config = await readConfig(context);
  const { openStaffSessions } = await import('@gakumon/assembly');
  const sessions = await openStaffSessions(config, context);
  const isElsewhere = config.stores.sessions.kind === 'memory';
  if (isElsewhere) {
    context.terminal.say(
      'warning',
      'stores.sessions is memory: sessions cannot be seen outside the server that has them',
    );
  }
  try {
    return await work(sessions, isElsewhere, config);
  } finally {
    await sessions.close();
  }
}

/** A login name as people type it. */
export function readUsername(typed: string): Username {
  return normaliseUsername(typed).username ?? refuseUsage(`${JSON.stringify(typed)} is no user name`);
}

export const isoTime = (at: number): string => new Date(at).toISOString();

/** A session for scripts. What services call the person stays out of it. */
export function describeSession(session: StaffSession) {
  return {
    id: session.id,
    since: isoTime(session.createdAt),
    lastUsed: isoTime(session.lastUsedAt),
    until: isoTime(session.idleAt),
    untilAtMost: isoTime(session.expiresAt),
    addresses: addressesOf(session),
    services: session.serviceProviders.map(({ entityId, at }) => ({ entityId, at: isoTime(at) })),
  };
}

/** Where its facts were proved from, each once. */
export const addressesOf = ({ facts }: StaffSession): string[] => [...new Set(facts.map(({ address }) => address))];
