import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordsConfig, SessionsConfig } from '@gakumon/config';
import { temporaryFolder, testKeys } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { readStoreLocations } from './storeLocations.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, 'db.pw'), 'from a file\n');
  await writeFile(join(folder, 'ca.pem'), testKeys.idpSigning.certificatePem + testKeys.stranger.certificatePem);
  await writeFile(join(folder, 'key.pem'), testKeys.idpSigning.privateKeyPem);
  await writeFile(join(folder, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
});

const env = { REDIS: 'from the environment', SENTINEL: 'another' };
const postgres = (ca: string | undefined): RecordsConfig => ({
  kind: 'postgres',
  hosts: [{ host: 'db', port: 5432 }],
  database: 'gakumon',
  user: 'idp',
  password: { file: join(folder, 'db.pw') },
  tls: { ca },
  pool: 10,
});
const sentinel: SessionsConfig = {
  kind: 'redis',
  servers: {
    shape: 'sentinel',
    name: 'main',
    sentinels: [{ host: 's', port: 26_379 }],
    sentinelUsername: undefined,
    sentinelPassword: { env: 'SENTINEL' },
  },
  username: 'idp',
  password: { env: 'REDIS' },
  tls: undefined,
  prefix: 'gkm:',
};
const read = (records: RecordsConfig, sessions: SessionsConfig, environment: Record<string, string> = env) =>
  readStoreLocations({ stores: { records, sessions } }, environment);

test('secrets and certificates are read from where they are; all else stays as it is', async () => {
  const ca = join(folder, 'ca.pem');
  const { records, sessions } = await read(postgres(ca), sentinel);
  const bundle = testKeys.idpSigning.certificatePem + testKeys.stranger.certificatePem;
  expect(records).toEqual({ ...postgres(ca), password: 'from a file', tls: { ca: bundle } });
  const { servers } = sentinel;
  expect(sessions).toEqual({
    ...sentinel,
    password: 'from the environment',
    servers: { ...servers, sentinelPassword: 'another' },
  });
});

test('embedded stores have none', async () => {
  const embedded = [{ kind: 'sqlite', file: '/var/lib/gakumon.db' }, { kind: 'records' }] as const;
  expect(await read(...embedded, {})).toEqual({ records: embedded[0], sessions: embedded[1] });
});

test('what is missing is told by its place', async () => {
  await expect(read(postgres(undefined), sentinel, {})).rejects.toMatchObject({
    code: 'key-missing',
    detail: 'the environment variable REDIS is missing',
  });
  await expect(read(postgres(join(folder, 'none.pem')), sentinel)).rejects.toMatchObject({ code: 'file-unreadable' });
});

test.each(['key.pem', 'broken.pem', 'db.pw'])(
  'a bundle of authorities that holds none is refused: %s',
  async (name) => {
    const ca = join(folder, name);
    await expect(read(postgres(ca), sentinel)).rejects.toMatchObject({
      code: 'key-invalid',
      detail: `${ca} must hold certificates of authorities in PEM`,
    });
  },
);
