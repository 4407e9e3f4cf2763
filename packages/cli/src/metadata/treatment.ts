import { decideNameIdFormat, judgeNameIdFormats, type ReleaseItem, type ReleaseRule } from '@gakumon/attributes';
import type { Config, ServiceProviderEntry } from '@gakumon/config';
import type { ServiceProvider } from '@gakumon/metadata';
import { listReaching } from '../releaseReach.ts';
import { listSettings } from '../serviceProviderSettings.ts';
import type { Fact } from './fact.ts';

/** What decides, beside its metadata, how a service provider is answered. */
export type Circumstances = {
  readonly config: Pick<Config, 'idp' | 'documents'>;
  readonly settings: ServiceProviderEntry | undefined;
  /** Undefined: the document can't be read, which `check` tells about. */
  readonly rules: readonly ReleaseRule[] | undefined;
};

/** How a service provider is answered, and why. */
export type Treatment = {
  /** Somebody in no group gets this one when the request asks for nothing. */
  readonly nameId: { readonly format: string; readonly reason: string };
  readonly release: readonly {
    readonly rule: string;
    readonly release: ReleaseRule['release'];
    readonly deny: ReleaseRule['deny'];
  }[];
  readonly signs: { readonly response: boolean; readonly assertion: boolean; readonly reason: string };
  readonly requestsMustBeSigned: boolean;
};

export function decideTreatment(serviceProvider: ServiceProvider, circumstances: Circumstances): Treatment {
  const { config, settings, rules = [] } = circumstances;
  return {
    nameId: decideNameId(serviceProvider, settings, rules),
    release: listReaching(serviceProvider, rules).map(({ name, release, deny }) => ({ rule: name, release, deny })),
    signs: decideSigning(serviceProvider, settings),
    requestsMustBeSigned: serviceProvider.authnRequestsSigned || config.idp.wantAuthnRequestsSigned,
  };
}

function decideNameId(
  serviceProvider: ServiceProvider,
  settings: ServiceProviderEntry | undefined,
  rules: readonly ReleaseRule[],
): Treatment['nameId'] {
  const recipient = { serviceProvider, groups: [], attributeConsumingServiceIndex: undefined };
  const formats = judgeNameIdFormats(recipient, rules, []);
  const liked = settings?.nameId ?? serviceProvider.nameIdFormats;
  const format = decideNameIdFormat({ requested: undefined, metadataFormats: liked, ...formats });
  const by = settings?.nameId === undefined ? 'its metadata' : 'its settings';
  if (liked.length === 0) return { format, reason: `${by} names none` };
  if (!liked.includes(format)) {
    const isDenied = liked.some((one) => formats.denied.includes(one));
    const kept = isDenied ? 'a release rule denies what it would get by' : 'no release rule permits another of';
    return { format, reason: `${kept} ${by}` };
  }
  return { format, reason: `the first that ${by} names and that is permitted` };
}

function decideSigning(
  { wantAssertionsSigned }: ServiceProvider,
  settings: ServiceProviderEntry | undefined,
): Treatment['signs'] {
  const response = settings?.signResponse ?? true;
  if (settings?.signAssertion) return { response, assertion: true, reason: 'its settings say so' };
  if (wantAssertionsSigned) return { response, assertion: true, reason: 'its metadata wants assertions signed' };
  return { response, assertion: !response, reason: 'as usual' };
}

/** The same for a person. */
export function listTreatmentFacts(
  treatment: Treatment,
  encryption: string,
  { config, settings, rules }: Circumstances,
): Fact[] {
  const { nameId, release, signs, requestsMustBeSigned } = treatment;
  const signed = [signs.response && 'the response', signs.assertion && 'the assertion'].filter(Boolean).join(' and ');
  const named = nameId.format.replace(/^.*:nameid-format:/, '');
  return [
    ['we sign', `${signed} (${signs.reason})`],
    ['we encrypt', encryption],
    ['we take requests', requestsMustBeSigned ? 'signed ones only' : 'signed or not'],
    ['NameID without a wish', `${named} (${nameId.reason})`],
    ['release rules that reach it', ...tellRelease(release, rules, config)],
    ['settings', ...listSettings(settings)],
  ];
}

function tellRelease(
  release: Treatment['release'],
  rules: Circumstances['rules'],
  { documents }: Circumstances['config'],
): string[] {
  if (rules === undefined) return [`${documents.release} cannot be read: gakumon check`];
  if (release.length === 0) return ['none: a transient NameID goes there and nothing else'];
  return release.map(({ rule, release: scope, deny }) => {
    const gives = typeof scope === 'string' ? scope : scope.map(tellItem).join(' ') || 'nothing';
    return `${rule}: ${gives}${deny.length === 0 ? '' : `, never ${deny.map(tellItem).join(' ')}`}`;
  });
}

function tellItem(item: ReleaseItem): string {
  if (typeof item === 'string') return item;
  const { attribute, values, matching } = item;
  if (values !== undefined) return `${attribute} (${values.join(', ')})`;
  return matching === undefined ? attribute : `${attribute} (like ${matching})`;
}
