import { describeServiceProvider, tellFingerprint } from '@gakumon/metadata';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { printJsonList } from '../jsonList.ts';
import { type Fact, formatFacts, ifThere } from '../metadata/fact.ts';
import { tellMoment, tellTime } from '../metadata/moments.ts';
import { addTrustOptions, nameToLookAt, type SourceOptions, sourceOf } from '../metadata/sourceOptions.ts';
import { type Taken, takeInOnce, tellOddities } from '../metadata/takeInOnce.ts';

type VerifyOptions = SourceOptions & { readonly at?: string; readonly json?: true };

export function addMetadataVerify(metadata: Command, context: CliContext): void {
  const verify = metadata
    .command('verify')
    .description('accept or refuse metadata as load would, and keep nothing')
    .argument('<file>', 'a file or an http(s) address');
  addTrustOptions(verify)
    .option('--at <time>', 'judge it as of this time, such as 2024-04-08T09:00:00Z (else now)')
    .option('--json', 'the service providers in it, for scripts')
    .action((place: string, options: VerifyOptions) => verifyMetadata(context, place, options));
}

async function verifyMetadata(context: CliContext, place: string, options: VerifyOptions): Promise<void> {
  const now = options.at === undefined ? context.clock() : timeOf(options.at);
  const source = await sourceOf(place, context.cwd, { ...options, name: nameToLookAt(place) });
  await takeInOnce(context, source, now, async (taken) => {
    tellOddities(context, taken.copy.index);
    if (options.json) await printJsonList(listDescriptions(taken));
    else context.terminal.print(`accepted ${place}\n${formatFacts(listFacts(taken, now))}`);
  });
}

async function* listDescriptions({ copy }: Taken): AsyncGenerator<unknown> {
  for (const entity of copy.index.entities.filter(({ isServiceProvider }) => isServiceProvider)) {
    const serviceProvider = await copy.read(entity);
    if (serviceProvider !== undefined) yield describeServiceProvider(serviceProvider);
  }
}

function listFacts({ copy }: Taken, now: number): readonly Fact[] {
  const { facts, entities } = copy.index;
  const { signer, validUntil, sha256, size } = facts;
  const serviceProviders = entities.filter(({ isServiceProvider }) => isServiceProvider).length;
  const identityProviders = entities.filter(({ isIdentityProvider }) => isIdentityProvider).length;
  return [
    ['signer', signer === undefined ? 'none: it was believed unsigned' : tellFingerprint(signer)],
    ['valid until', validUntil === undefined ? 'for ever' : `${tellTime(validUntil)} (${tellMoment(validUntil, now)})`],
    ['entities', `${entities.length}: ${tellRoles(serviceProviders, identityProviders)}`],
    ['document', `${size} octets, SHA-256 ${sha256}`],
    ['warnings', ...ifThere(copy.index.warnings.length === 0 ? undefined : `${copy.index.warnings.length}`)],
  ];
}

const tellRoles = (serviceProviders: number, identityProviders: number): string =>
  `${count(serviceProviders, 'service provider')}, ${count(identityProviders, 'identity provider')}`;

function timeOf(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(time) ? refuseUsage(`--at ${text}: say a time such as 2024-04-08T09:00:00Z`) : time;
}
