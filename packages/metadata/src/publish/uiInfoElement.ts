import { element, type OutElement } from '@gakumon/saml';
import type { Localised } from '@gakumon/terms';
import { perLanguage } from './people.ts';

/** A picture for discovery services; they want https, and its size in pixels. */
export type Logo = { readonly url: string; readonly width: number; readonly height: number };

export type UiInfoSettings = {
  readonly displayName: Localised;
  readonly description?: Localised | undefined;
  readonly informationUrl?: Localised | undefined;
  readonly privacyStatementUrl?: Localised | undefined;
  readonly logo?: Logo | undefined;
  /** Without spaces in one; GakuNin's discovery service reads `category:location:…` and `category:organizationType:…`. */
  readonly keywords?: readonly string[] | undefined;
};

/** By what a discovery service guesses that a person belongs here; IP ranges as CIDR, places as geo: URIs. */
export type DiscoHints = {
  readonly ipHints: readonly string[];
  readonly domainHints: readonly string[];
  readonly geolocationHints: readonly string[];
};

/** mdui:UIInfo (SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1). */
export function uiInfo(settings: UiInfoSettings): OutElement {
  return element(
    'mdui:UIInfo',
    {},
    ...perLanguage('mdui:DisplayName', settings.displayName),
    ...perLanguage('mdui:Description', settings.description),
    ...perLanguage('mdui:InformationURL', settings.informationUrl),
    ...perLanguage('mdui:PrivacyStatementURL', settings.privacyStatementUrl),
    settings.keywords && element('mdui:Keywords', { 'xml:lang': 'en' }, settings.keywords.join(' ')),
    settings.logo && logo(settings.logo),
  );
}

function logo({ url, width, height }: Logo): OutElement {
  return element('mdui:Logo', { height: String(height), width: String(width) }, url);
}

/** mdui:DiscoHints (the same, 2.2). */
export function discoHints({ ipHints, domainHints, geolocationHints }: DiscoHints): OutElement {
  return element(
    'mdui:DiscoHints',
    {},
    ...ipHints.map((hint) => element('mdui:IPHint', {}, hint)),
    ...domainHints.map((hint) => element('mdui:DomainHint', {}, hint)),
    ...geolocationHints.map((hint) => element('mdui:GeolocationHint', {}, hint)),
  );
}
