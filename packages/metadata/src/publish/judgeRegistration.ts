import { isIP } from 'node:net';
import type { IdpMetadataSettings } from './idpMetadata.ts';
import { judgeCertificates } from './judgeCertificates.ts';
import type { Federation, RegistrationFinding } from './registrationFinding.ts';

/**
 * Tells what a federation would refuse in our metadata, and what its application form asks for besides (GakuNin's
 * technical standard 4 and 7.4; for eduGAIN what its members recommend). The worst first.
 * @param options.now milliseconds
 */
export function judgeRegistration(
  settings: IdpMetadataSettings,
  options: { readonly federation: Federation; readonly now: number },
): readonly RegistrationFinding[] {
  const findings = [
    ...judgeAddresses(settings),
    ...judgeCertificates(settings, options.now),
    ...judgeNames(settings),
    ...judgeContacts(settings, options.federation),
    ...judgePresentation(settings, options.federation),
    ...judgeSupport(settings),
    ...judgeValidity(settings),
  ];
  const levels = ['refused', 'asked', 'advice'] as const;
  return levels.flatMap((level) => findings.filter((finding) => finding.level === level));
}

const localNames = /(^|\.)(localhost|local|localdomain|internal|test|invalid)$/;

function judgeAddresses({ entityId, baseUrl, scopes }: IdpMetadataSettings): RegistrationFinding[] {
  const findings: RegistrationFinding[] = [];
  const base = new URL(baseUrl);
  if (base.protocol !== 'https:') {
    const hint = 'idp.baseUrl with https, behind a proxy that has a certificate of the web';
    findings.push({
      level: 'refused',
      about: 'endpoint',
      message: `the endpoints are at ${base.origin}, without TLS`,
      hint,
    });
  }
  if (localNames.test(base.hostname) || isIP(base.hostname.replace(/^\[|\]$/g, '')) !== 0) {
    const hint = 'idp.baseUrl with the name by which browsers reach it, in a domain of the organisation';
    findings.push({
      level: 'refused',
      about: 'endpoint',
      message: `the endpoints are at ${base.hostname}, which has no public name`,
      hint,
    });
  }
  return [...findings, ...judgeEntityId(entityId, scopes), ...judgeHome(base.hostname, scopes)];
}

function judgeEntityId(entityId: string, scopes: readonly string[]): RegistrationFinding[] {
  const about = 'entityID';
  const url = URL.parse(entityId);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    const hint =
      'GakuNin writes https://HOST/idp/shibboleth; ask before registering another form, it cannot be changed later';
    return [{ level: 'advice', about, message: `the entityID ${entityId} is not a URL`, hint }];
  }
  if (localNames.test(url.hostname)) {
    const hint = 'idp.entityId in a domain of the organisation; services keep it for ever';
    return [{ level: 'refused', about, message: `the entityID ${entityId} is in no domain`, hint }];
  }
  const hint =
    'it must stay for ever: use a domain of the organisation; services that know the present one lose their users when it changes';
  if (isWithin(url.hostname, scopes)) return [];
  return [
    {
      level: 'advice',
      about,
      message: `the entityID ${entityId} is not in a domain of idp.scopes (${scopes.join(', ')})`,
      hint,
    },
  ];
}

function judgeHome(host: string, scopes: readonly string[]): RegistrationFinding[] {
  if (isWithin(host, scopes)) return [];
  const hint = 'fine for a hosted IdP: then its certificate may name the domain of a scope instead';
  return [
    {
      level: 'advice',
      about: 'scope',
      message: `${host} is not in a domain of idp.scopes (${scopes.join(', ')})`,
      hint,
    },
  ];
}

const isWithin = (host: string, domains: readonly string[]): boolean =>
  domains.some((domain) => host === domain || host.endsWith(`.${domain}`));

function judgeNames({ organization, organizationUrl, displayName }: IdpMetadataSettings): RegistrationFinding[] {
  const findings: RegistrationFinding[] = [];
  const shown = displayName ?? organization;
  for (const [key, name] of [
    ['organization', organization],
    ['displayName', shown],
  ] as const) {
    // Whichever of the two is shown; twice the same is told once.
    if (key === 'displayName' && displayName === undefined) continue;
    if (/^[\p{ASCII}]*$/u.test(name.ja)) {
      findings.push({
        level: 'asked',
        about: 'name',
        message: `idp.${key}.ja is not in Japanese: ${name.ja}`,
        hint: `idp.${key}.ja as the organisation writes itself`,
      });
    }
    if (!/\p{Script=Latin}/u.test(name.en)) {
      findings.push({
        level: 'asked',
        about: 'name',
        message: `idp.${key}.en is not in English: ${name.en}`,
        hint: `idp.${key}.en in Latin letters`,
      });
    }
  }
  if (displayName === undefined) {
    const hint =
      'idp.displayName when the list of the discovery service should say something else; it must be unique there';
    findings.push({
      level: 'advice',
      about: 'name',
      message: `the discovery service will list it as ${shown.ja} / ${shown.en}`,
      hint,
    });
  }
  if (organizationUrl === undefined) {
    const hint = "idp.organizationUrl: { ja: …, en: … }, the organisation's own site";
    findings.push({
      level: 'asked',
      about: 'organization',
      message: 'OrganizationURL is the front page of the IdP',
      hint,
    });
  }
  return findings;
}

function judgeContacts({ contacts }: IdpMetadataSettings, federation: Federation): RegistrationFinding[] {
  const findings: RegistrationFinding[] = [];
  const has = (type: string): boolean => contacts.some((contact) => contact.type === type);
  if (!has('technical')) {
    const hint = 'idp.contacts: [{ type: technical, name: …, email: … }], a desk rather than a person';
    findings.push({ level: 'asked', about: 'contact', message: 'there is no technical contact', hint });
  }
  if (federation === 'edugain' && !has('security')) {
    const hint = 'idp.contacts with type: security (SIRTFI); services abroad turn to it when accounts are misused';
    findings.push({ level: 'advice', about: 'contact', message: 'there is no security contact', hint });
  }
  return findings;
}

function judgePresentation(settings: IdpMetadataSettings, federation: Federation): RegistrationFinding[] {
  const advise = (message: string, hint: string): RegistrationFinding => ({
    level: 'advice',
    about: 'discovery',
    message,
    hint,
  });
  const findings: RegistrationFinding[] = [];
  if (federation === 'gakunin') {
    if (settings.keywords === undefined) {
      findings.push(
        advise(
          'there are no mdui:Keywords: the discovery service does not know region and kind',
          'choose them in the application form, or idp.discovery.keywords: [category:location:kanto, category:organizationType:university]',
        ),
      );
    }
    if (settings.discoHints === undefined) {
      findings.push(
        advise(
          'there are no mdui:DiscoHints: the discovery service does not propose this IdP on campus',
          'idp.discovery with ipHints, domainHints and geolocationHints',
        ),
      );
    }
  }
  const wanted = [
    ['description', 'mdui:Description'],
    ['privacyStatementUrl', 'mdui:PrivacyStatementURL'],
    ['informationUrl', 'mdui:InformationURL'],
    ['logo', 'mdui:Logo'],
  ] as const;
  for (const [key, element] of wanted) {
    if (settings[key] !== undefined || (federation === 'gakunin' && key === 'description')) continue;
    findings.push(advise(`there is no ${element}`, `idp.${key}`));
  }
  if (settings.logo !== undefined && !settings.logo.url.startsWith('https:')) {
    findings.push(advise('the logo is not at an https address: browsers do not show it', 'idp.logo.url with https'));
  }
  return findings;
}

function judgeSupport({ errorUrl }: IdpMetadataSettings): RegistrationFinding[] {
  if (errorUrl !== undefined) return [];
  const message = 'errorURL, where services send people who could not log in, is the front page of the IdP';
  const hint = 'idp.supportUrl with the page of the help desk';
  return [{ level: 'advice', about: 'contact', message, hint }];
}

function judgeValidity({ validUntil }: IdpMetadataSettings): RegistrationFinding[] {
  if (validUntil === undefined) return [];
  const message = `the metadata says that it ends on ${new Date(validUntil).toISOString()}`;
  const hint =
    'the federation sets its own validUntil; leave idp.metadataValidity out unless services read it from here';
  return [{ level: 'advice', about: 'validity', message, hint }];
}
