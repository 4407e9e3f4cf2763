import { stat } from 'node:fs/promises';
import { type KeyPair, readIdentifierGenerators, readKeyPair, readSealingKeys } from '@gakumon/assembly';
import type { Config, Environment, Secret } from '@gakumon/config';
import { hours } from '@gakumon/terms';
import { attempt } from './attempt.ts';
import type { Finding } from './finding.ts';

const soon = hours(24 * 60);

/** Keys fit their certificates, secrets are there, nobody else can read them, and no certificate ends soon. */
export async function checkKeys(config: Config, env: Environment, now: number): Promise<readonly Finding[]> {
  const pairs = (['signing', 'encryption'] as const).map((name) =>
    attempt('key', async () => {
      const pair = await readKeyPair(config.keys.directory, name);
      return [
        { level: 'ok', about: 'key', message: `${name}: ${describeKey(pair)}` },
        ...checkDates(pair, now),
        ...(await checkMode(pair.keyFile)),
      ];
    }),
  );
  const secrets = [
    attempt('key', async () => {
      const { all } = await readSealingKeys(config, env);
      const found: Finding = { level: 'ok', about: 'key', message: `sealing: ${all.length} in use` };
      return [found, ...(await checkSecretMode(config.keys.sealing))];
    }),
    attempt('key', async () => {
      await readIdentifierGenerators(config, env);
      const found: Finding = { level: 'ok', about: 'key', message: 'salt of persistent identifiers: there' };
      const modes = await Promise.all(config.identifiers.generators.map(({ salt }) => checkSecretMode(salt)));
      return [found, ...modes.flat()];
    }),
  ];
  return (await Promise.all([...pairs, ...secrets])).flat();
}

function describeKey({ privateKey, certificate, keyFile }: KeyPair): string {
  const { modulusLength, namedCurve } = privateKey.asymmetricKeyDetails ?? {};
  return `${namedCurve ?? `RSA ${modulusLength}`}, certificate to ${isoDay(certificate.validToDate)}, ${keyFile}`;
}

function checkDates({ certificate, certificateFile }: KeyPair, now: number): Finding[] {
  const end = certificate.validToDate.getTime();
  if (now < certificate.validFromDate.getTime()) {
    return [
      {
        level: 'warn',
        about: 'clock',
        message: `${certificateFile} begins on ${isoDay(certificate.validFromDate)}, which is in the future`,
        hint: 'compare the clock of this machine with another one',
      },
    ];
  }
  if (end > now + soon) return [];
  return [
    {
      level: 'warn',
      about: 'key',
      message: `${certificateFile} ${end < now ? 'expired' : 'expires'} on ${isoDay(certificate.validToDate)}`,
      hint: 'a federation goes by the key, but some SPs do look at the date; plan a new key with the federation',
    },
  ];
}

const isoDay = (date: Date): string => date.toISOString().slice(0, 10);

/** Nobody but this user may read a secret's file. */
export async function checkSecretMode(secret: Secret): Promise<Finding[]> {
  return 'file' in secret ? checkMode(secret.file) : [];
}

async function checkMode(file: string): Promise<Finding[]> {
  const { mode } = await stat(file);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return [];
  const bits = (mode & 0o777).toString(8);
  return [
    { level: 'warn', about: 'key', message: `${file} can be read by others (mode ${bits})`, hint: `chmod 600 ${file}` },
  ];
}
