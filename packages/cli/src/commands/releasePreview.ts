import { findNameIdFormat, nameIdFormatNames } from '@gakumon/attributes';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { readConfig } from '../withConfig.ts';
import { readUsername } from '../withSessions.ts';

type PreviewOptions = {
  readonly user: string;
  readonly sp: string;
  readonly index?: string;
  readonly nameIdFormat?: string;
  readonly json?: true;
};

export function addReleasePreview(release: Command, context: CliContext): void {
  release
    .command('preview')
    .description('what a service would get about a person, and why each value goes or stays; nothing is sent')
    .requiredOption('--user <user>', 'the user name')
    .requiredOption('--sp <entityID>', 'the service provider')
    .option('--index <number>', 'the AttributeConsumingServiceIndex that it asks with (else its default service)')
    .option(
      '--name-id-format <format>',
      'the NameID that it asks for, by the names of release.yaml (else it asks for none)',
    )
    .option('--json', 'for scripts')
    .action((options: PreviewOptions) => preview(context, options));
}

async function preview(context: CliContext, options: PreviewOptions): Promise<void> {
  const { user, sp, index, nameIdFormat, json } = options;
  const wish = {
    username: readUsername(user),
    entityId: sp,
    index: index === undefined ? undefined : indexOf(index),
    nameIdFormat: nameIdFormat === undefined ? undefined : formatOf(nameIdFormat),
  };
  const { previewRelease } = await import('../release/previewRelease.ts');
  const found = await previewRelease(context, await readConfig(context), wish);
  warnOfIndex(context, found.serviceProvider.attributeConsumingServices, wish.index);
  if (json) {
    const { describePreview } = await import('../release/describePreview.ts');
    context.terminal.print(JSON.stringify(describePreview(found), undefined, 2));
    return;
  }
  const { previewText } = await import('../release/previewText.ts');
  context.terminal.print(previewText(found));
}

/** xs:unsignedShort (SAML Core 3.4.1). */
function indexOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  return refuseUsage(`--index ${text}: say a number from 0 to 65535`);
}

/** By its short name or its URI. */
function formatOf(text: string): string {
  const known = `say one of ${nameIdFormatNames.join(', ')}, or the URI of one of them`;
  return findNameIdFormat(text) ?? refuseUsage(`--name-id-format ${text}: ${known}`);
}

function warnOfIndex(
  { terminal }: CliContext,
  services: readonly { readonly index: number }[],
  index: number | undefined,
): void {
  if (index === undefined || services.some((service) => service.index === index)) return;
  const known = services.length === 0 ? 'none' : services.map((service) => service.index).join(', ');
  terminal.say('warning', `--index ${index}: its metadata has no such service (${known}); the default counts`);
}
