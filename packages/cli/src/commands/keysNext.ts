import { resolve } from 'node:path';
import type { ComingPair, KeyUse } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { readRegularFile } from '@gakumon/files';
import { fingerprintOf } from '@gakumon/metadata';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { makeKeyFile } from '../installation/keyFiles.ts';
import { readConfig } from '../withConfig.ts';
import { adviseCopying, parseKeyUse } from './keysNodes.ts';

type Options = {
  readonly cert?: string;
  readonly key?: string;
  readonly keyBits?: string;
  readonly json?: true;
};

/** A chain of certificates in PEM with its comments is far shorter, octets. */
const longestFile = 1_048_576;

export function addKeysNext(keys: Command, context: CliContext): void {
  keys
    .command('next')
    .description('publish the next SAML key beside the current one: a new one, or the one that is named')
    .argument('[use]', 'signing or encryption; both when neither is said')
    .option('--cert <file>', 'its certificate, PEM; alone: a renewed one for the key that is here')
    .option('--key <file>', 'the private key of --cert, PEM without a passphrase')
    .option('--key-bits <number>', 'the length of a new RSA key: 2048, 3072 or 4096 (else 2048)')
    .option('--json', 'for scripts')
    .action((use: string | undefined, options: Options) => next(context, parseKeyUse(use), options));
}

async function next(context: CliContext, use: KeyUse | undefined, options: Options): Promise<void> {
  refuseContradictions(use, options);
  const config = await readConfig(context);
  const { directory } = config.keys;
  const { addNextKey, keyUses, readSamlKeyList, storeNextKey } = await import('@gakumon/assembly');
  const uses = use === undefined ? keyUses : [use];
  // Of two, the second must not fail for this when the first is done.
  const list = await readSamlKeyList(directory);
  for (const one of uses) addNextKey(list, { use: one, key: '', certificate: '' });
  const published: { use: KeyUse; sha256: string; certificateFile: string }[] = [];
  for (const one of uses) {
    const pair = await readOrMake(context, config, options);
    const stored = await storeNextKey(directory, one, pair, context.clock());
    const sha256 = fingerprintOf(stored.certificate);
    published.push({ use: one, sha256, certificateFile: stored.certificateFile });
  }
  const { terminal } = context;
  if (options.json === true) terminal.print(JSON.stringify({ published }, undefined, 2));
  else terminal.print(published.map(describePublished).join('\n'));
  adviseCopying(context, config);
  terminal.say(
    'hint',
    `give the federation the new metadata (gakumon metadata publish); once it has published it: gakumon keys published${use === undefined ? '' : ` ${use}`}`,
  );
}

const describePublished = ({ use, certificateFile }: { use: KeyUse; certificateFile: string }): string =>
  use === 'signing'
    ? `${certificateFile} is published beside the current one; it does not sign yet`
    : `${certificateFile} is published beside the current one, and what is encrypted to it is opened`;

function refuseContradictions(use: KeyUse | undefined, { cert, key, keyBits }: Options): void {
  if (key !== undefined && cert === undefined) refuseUsage('--key goes with --cert');
  if (cert !== undefined && keyBits !== undefined) refuseUsage('--key-bits is for a new key; --cert brings its own');
  if (cert !== undefined && key === undefined && use === undefined) {
    refuseUsage('say whose certificate it is: signing or encryption');
  }
  if (keyBits !== undefined && !['2048', '3072', '4096'].includes(keyBits)) {
    refuseUsage('--key-bits must be 2048, 3072 or 4096');
  }
}

async function readOrMake(context: CliContext, { idp }: Config, options: Options): Promise<ComingPair> {
  const { cert, key, keyBits = '2048' } = options;
  if (cert !== undefined) {
    const read = (file: string): Promise<Buffer> => readRegularFile(resolve(context.cwd, file), longestFile);
    return {
      certificatePem: await read(cert),
      certificateFile: cert,
      key: key === undefined ? undefined : { pem: await read(key), file: key },
    };
  }
  const commonName = new URL(idp.baseUrl).hostname;
  const made = await makeKeyFile({ commonName, now: context.clock(), keyBits: Number(keyBits) });
  return {
    certificatePem: Buffer.from(made.certificatePem),
    certificateFile: 'the new certificate',
    key: { pem: Buffer.from(made.privateKeyPem), file: 'the new key' },
  };
}
