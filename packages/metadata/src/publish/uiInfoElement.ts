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
    settings.logo && logo(settings.logo),
  );
}

function logo({ url, width, height }: Logo): OutElement {
  return element('mdui:Logo', { height: String(height), width: String(width) }, url);
}
