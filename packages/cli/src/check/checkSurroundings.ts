import { stat } from 'node:fs/promises';
import type { Config } from '@gakumon/config';
import { isLoopbackHost, minutes } from '@gakumon/terms';
import type { Finding } from './finding.ts';

/** The clock is not behind its own files, and the way from the network to this process is thought through. */
export async function checkSurroundings(config: Config, now: number): Promise<readonly Finding[]> {
  const { mtimeMs } = await stat(config.file);
  const clock: Finding =
    mtimeMs > now + minutes(5)
      ? {
          level: 'fail',
          about: 'clock',
          message: `it is ${new Date(now).toISOString()} here, before ${config.file} was written`,
          hint: 'set the clock of this machine; SPs refuse answers that are minutes off',
        }
      : { level: 'ok', about: 'clock', message: new Date(now).toISOString() };
  return [clock, ...checkNetwork(config), ...checkManagement(config)];
}

function checkNetwork({ idp, listen }: Config): Finding[] {
  if (!idp.baseUrl.startsWith('https:') || listen.trustedProxies.length > 0) return [];
  return [
    {
      level: 'warn',
      about: 'network',
      message: 'a proxy must stand in front, since baseUrl is https, and listen.trustedProxies names none',
      hint: 'without it everybody seems to come from the proxy, and is throttled together',
    },
  ];
}

function checkManagement({ listen: { management } }: Config): Finding[] {
  if (management === 'off' || isLoopbackHost(management.host)) return [];
  return [
    {
      level: 'warn',
      about: 'network',
      message: `listen.management is open on ${management.host}: whoever reaches it reads which services people use, and how often`,
      hint: 'keep it on 127.0.0.1, or let a firewall admit the monitors alone',
    },
  ];
}
