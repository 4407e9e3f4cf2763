import type { IdpMetadataSettings } from '@gakumon/metadata';

/** A field of the application form, and what goes in there. */
export type FormField = { readonly field: string; readonly value: string };

type Texts = IdpMetadataSettings['description'];

/** What 学認申請システム asks of an IdP, in its order as far as it is known; what the configuration does not say is left out. */
export function registrationForm(settings: IdpMetadataSettings): readonly FormField[] {
  const { entityId, baseUrl, scopes, organization, contacts, keys, logo, keywords, discoHints } = settings;
  const sso = `${baseUrl}/idp/profile/SAML2`;
  return [
    { field: 'entityID', value: entityId },
    { field: 'スコープ / scope', value: scopes.join('\n') },
    ...inBoth('機関名称 / OrganizationName, OrganizationDisplayName', organization),
    ...inBoth('機関サイトの URL / OrganizationURL', settings.organizationUrl),
    ...inBoth('DS の表示名 / mdui:DisplayName', settings.displayName ?? organization),
    ...inBoth('説明 / mdui:Description', settings.description),
    ...inBoth('案内ページ / mdui:InformationURL', settings.informationUrl),
    ...inBoth('プライバシーポリシー / mdui:PrivacyStatementURL', settings.privacyStatementUrl),
    ...(logo === undefined
      ? []
      : [{ field: 'ロゴ / mdui:Logo', value: `${logo.url} (${logo.width} × ${logo.height})` }]),
    { field: 'SSO (HTTP-Redirect)', value: `${sso}/Redirect/SSO` },
    { field: 'SSO (HTTP-POST)', value: `${sso}/POST/SSO` },
    ...(settings.nameIdFormats ?? []).map((format) => ({ field: 'NameIDFormat', value: format })),
    ...(settings.errorUrl === undefined ? [] : [{ field: 'エラー時の案内先 / errorURL', value: settings.errorUrl }]),
    ...contacts.map(({ type, name, email }) => ({
      field: `連絡先 / contact (${type})`,
      value: `${name} <${email.replace(/^mailto:/, '')}>`,
    })),
    ...listField('キーワード / mdui:Keywords', keywords),
    ...listField('IPHint', discoHints?.ipHints),
    ...listField('DomainHint', discoHints?.domainHints),
    ...listField('GeolocationHint', discoHints?.geolocationHints),
    ...keys.map(({ use, certificate }) => ({
      field: `証明書 / certificate (${use ?? 'signing, encryption'})`,
      value: toPem(certificate),
    })),
  ];
}

function inBoth(field: string, texts: Texts): readonly FormField[] {
  if (texts === undefined) return [];
  return [
    { field: `${field} (ja)`, value: texts.ja },
    { field: `${field} (en)`, value: texts.en },
  ];
}

const listField = (field: string, values: readonly string[] = []): readonly FormField[] =>
  values.length === 0 ? [] : [{ field, value: values.join('\n') }];

const toPem = (base64: string): string =>
  ['-----BEGIN CERTIFICATE-----', ...(base64.match(/.{1,64}/g) ?? []), '-----END CERTIFICATE-----'].join('\n');
