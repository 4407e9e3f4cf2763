import type { previewEncryption } from '@gakumon/assembly';
import type { ServiceProviderEntry } from '@gakumon/config';
import { describeServiceProvider, type ServiceProvider } from '@gakumon/metadata';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { findSettings, listSettings } from '../serviceProviderSettings.ts';
import { formatTable } from '../table.ts';
import { withMetadataLibrary } from '../withConfig.ts';

export function addMetadataShow(metadata: Command, context: CliContext): void {
  metadata
    .command('show')
    .description('what is known about one service provider')
    .argument('<entityID>')
    .option('--json', 'for scripts')
    .action((entityId: string, options: { json?: true }) => show(context, entityId, options.json === true));
}

function show(context: CliContext, entityId: string, json: boolean): Promise<void> {
  return withMetadataLibrary(context, async ({ serviceProviders }, config) => {
    const found = await serviceProviders.find(entityId);
    if (found === undefined) throw new GakumonError('metadata-not-found', { detail: entityId });
    const settings = await findSettings(config, entityId);
    const { previewEncryption } = await import('@gakumon/assembly');
    const encryption = describeEncryption(previewEncryption(config, found, settings));
    const told = { ...describe(found), encryption, settings };
    if (json) context.terminal.print(JSON.stringify(told, undefined, 2));
    else context.terminal.print(formatTable(['', ''], listFacts(told)).trimStart());
  });
}

function describeEncryption(choice: ReturnType<typeof previewEncryption>): string {
  if (choice.kind === 'clear') return 'none';
  if (choice.kind === 'impossible') return `impossible, so nobody can log in: ${choice.detail}`;
  return `${choice.cipher}, ${choice.keyTransport}, certificate ${choice.recipient.fingerprint}`;
}

type Told = ReturnType<typeof describe> & {
  readonly encryption: string;
  readonly settings: ServiceProviderEntry | undefined;
};

/** The contract's description, with what else decides about an answer. */
function describe(serviceProvider: ServiceProvider) {
  const { names, nameIdFormats, attributeConsumingServices, validUntil } = serviceProvider;
  return {
    ...describeServiceProvider(serviceProvider),
    names,
    nameIdFormats,
    requestsSigned: serviceProvider.authnRequestsSigned,
    wantsAssertionsSigned: serviceProvider.wantAssertionsSigned,
    canBeEncryptedTo: serviceProvider.encryptionKeys.length > 0,
    requestedAttributes: attributeConsumingServices.flatMap(({ requested }) =>
      requested.map(({ name, isRequired }) => ({ name, isRequired })),
    ),
    registrationAuthority: serviceProvider.registrationAuthority,
    validUntil: validUntil === undefined ? undefined : new Date(validUntil).toISOString(),
  };
}

function listFacts(told: Told): string[][] {
  const several = (label: string, values: readonly string[]): string[][] =>
    values.map((value, index) => [index === 0 ? label : '', value]);
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  return [
    ['entityID', told.entityID],
    ['source', told.source],
    ...several(
      'names',
      Object.entries(told.names).map(([language, name]) => `${name} (${language})`),
    ),
    ...several('answers go to', told.acs),
    ...several('certificates', told.certs),
    ['signs its requests', yes(told.requestsSigned)],
    ['wants assertions signed', yes(told.wantsAssertionsSigned)],
    ['can be encrypted to', yes(told.canBeEncryptedTo)],
    ['encryption', told.encryption],
    ...several('settings', listSettings(told.settings)),
    ...several('NameID formats', told.nameIdFormats),
    ...several(
      'requested attributes',
      told.requestedAttributes.map(({ name, isRequired }) => `${name}${isRequired ? ' (required)' : ''}`),
    ),
    ...several('categories', told.categories),
    ...several('registered by', told.registrationAuthority === undefined ? [] : [told.registrationAuthority]),
    ...several('valid until', told.validUntil === undefined ? [] : [told.validUntil]),
  ];
}
