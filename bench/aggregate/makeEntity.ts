type Random = (length: number, purpose: string) => Buffer;

const bindings = 'urn:oasis:names:tc:SAML:2.0:bindings';
const saml2 = 'urn:oasis:names:tc:SAML:2.0:protocol';

/** One entity as federations publish them: an IdP of every five, and SPs with all that belongs to them. */
export function makeEntity(index: number, random: Random): string {
  const host = `service-${index}.university-${index % 977}.ac.jp`;
  const entityId = index % 3 === 0 ? `https://${host}/shibboleth-sp` : `https://${host}/simplesaml/module.php/saml/sp`;
  const role = index % 5 === 0 ? identityProvider(host, random) : serviceProvider(host, index, random);
  return `
  <md:EntityDescriptor entityID="${entityId}">
    <md:Extensions>
      <mdrpi:RegistrationInfo xmlns:mdrpi="urn:oasis:names:tc:SAML:metadata:rpi" registrationAuthority="https://www.gakunin.jp" registrationInstant="2014-08-11T00:09:00Z">
        <mdrpi:RegistrationPolicy xml:lang="en">https://www.gakunin.jp/en/join</mdrpi:RegistrationPolicy>
        <mdrpi:RegistrationPolicy xml:lang="ja">https://www.gakunin.jp/join</mdrpi:RegistrationPolicy>
      </mdrpi:RegistrationInfo>
      <mdattr:EntityAttributes>
        <saml:Attribute Name="http://macedir.org/entity-category" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">
          <saml:AttributeValue>http://refeds.org/category/research-and-scholarship</saml:AttributeValue>
          <saml:AttributeValue xsi:type="xs:string" xmlns:xs="http://www.w3.org/2001/XMLSchema">http://www.geant.net/uri/dataprotection-code-of-conduct/v1</saml:AttributeValue>
        </saml:Attribute>
      </mdattr:EntityAttributes>
    </md:Extensions>${role}
    <md:Organization>
      <md:OrganizationName xml:lang="en">University ${index % 977}</md:OrganizationName>
      <md:OrganizationName xml:lang="ja">第${index % 977}大学</md:OrganizationName>
      <md:OrganizationDisplayName xml:lang="ja">第${index % 977}大学 情報基盤センター &amp; 図書館</md:OrganizationDisplayName>
      <md:OrganizationURL xml:lang="en">https://www.university-${index % 977}.ac.jp/</md:OrganizationURL>
    </md:Organization>
    <md:ContactPerson contactType="technical">
      <md:GivenName>Taro</md:GivenName>
      <md:SurName>学門</md:SurName>
      <md:EmailAddress>mailto:admin@university-${index % 977}.ac.jp</md:EmailAddress>
    </md:ContactPerson>
  </md:EntityDescriptor>`;
}

function identityProvider(host: string, random: Random): string {
  return `
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol urn:mace:shibboleth:1.0 ${saml2}">
      <md:Extensions>
        <shibmd:Scope regexp="false">${host}</shibmd:Scope>${uiInfo(host)}
      </md:Extensions>${keys(random)}
      <md:ArtifactResolutionService Binding="${bindings}:SOAP" Location="https://${host}/idp/profile/SAML2/SOAP/ArtifactResolution" index="1"/>
      <md:NameIDFormat>urn:mace:shibboleth:1.0:nameIdentifier</md:NameIDFormat>
      <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>${[
        'HTTP-POST',
        'HTTP-POST-SimpleSign',
        'HTTP-Redirect',
      ]
        .map(
          (name) => `
      <md:SingleSignOnService Binding="${bindings}:${name}" Location="https://${host}/idp/profile/SAML2/SSO"/>`,
        )
        .join('')}
    </md:IDPSSODescriptor>
    <md:AttributeAuthorityDescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol ${saml2}">
      <md:Extensions>
        <shibmd:Scope regexp="false">${host}</shibmd:Scope>
      </md:Extensions>${keys(random)}
      <md:AttributeService Binding="${bindings}:SOAP" Location="https://${host}/idp/profile/SAML2/SOAP/AttributeQuery"/>
    </md:AttributeAuthorityDescriptor>`;
}

function serviceProvider(host: string, index: number, random: Random): string {
  const services = Array.from(
    { length: 4 },
    (_, at) => `
      <md:AssertionConsumerService Binding="${bindings}:HTTP-POST" Location="https://${host}/Shibboleth.sso/SAML2/POST/${at}" index="${at + 1}"/>`,
  );
  const requested = ['1.3.6.1.4.1.5923.1.1.1.6', '0.9.2342.19200300.100.1.3', '2.16.840.1.113730.3.1.241', '2.5.4.10'];
  const attributes = requested.map(
    (oid, at) => `
        <md:RequestedAttribute FriendlyName="attribute${at}" Name="urn:oid:${oid}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" isRequired="${at < 2}"/>`,
  );
  return `
    <md:SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="${saml2}">
      <md:Extensions>
        <init:RequestInitiator xmlns:init="urn:oasis:names:tc:SAML:profiles:SSO:request-init" Binding="urn:oasis:names:tc:SAML:profiles:SSO:request-init" Location="https://${host}/Shibboleth.sso/DS"/>
        <idpdisc:DiscoveryResponse xmlns:idpdisc="urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol" Binding="urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol" Location="https://${host}/Shibboleth.sso/DS" index="1"/>${uiInfo(host)}
      </md:Extensions>${keys(random)}
      <md:SingleLogoutService Binding="${bindings}:HTTP-Redirect" Location="https://${host}/Shibboleth.sso/SLO/Redirect"/>
      <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>${services.join('')}
      <md:AttributeConsumingService index="1">
        <md:ServiceName xml:lang="en">Service ${index}</md:ServiceName>
        <md:ServiceName xml:lang="ja">電子ジャーナル第${index}号</md:ServiceName>${attributes.join('')}
      </md:AttributeConsumingService>
    </md:SPSSODescriptor>`;
}

function uiInfo(host: string): string {
  return `
        <mdui:UIInfo xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui">
          <mdui:DisplayName xml:lang="ja">${host}の学術サービス</mdui:DisplayName>
          <mdui:DisplayName xml:lang="en">Academic service of ${host}</mdui:DisplayName>
          <mdui:Description xml:lang="ja">研究と教育のための、図書館と情報基盤センターが運営する電子資料の検索と閲覧のサービスです。</mdui:Description>
          <mdui:InformationURL xml:lang="en">https://${host}/about?lang=en&amp;from=federation</mdui:InformationURL>
          <mdui:PrivacyStatementURL xml:lang="en">https://${host}/privacy</mdui:PrivacyStatementURL>
          <mdui:Logo height="60" width="80" xml:lang="en">https://${host}/logo.png</mdui:Logo>
        </mdui:UIInfo>`;
}

/** Two certificates' worth of base64, in lines as most are written. */
function keys(random: Random): string {
  return ['signing', 'encryption']
    .map((use) => {
      const lines =
        random(1250, use)
          .toString('base64')
          .match(/.{1,64}/g) ?? [];
      return `
      <md:KeyDescriptor use="${use}">
        <ds:KeyInfo>
          <ds:X509Data>
            <ds:X509Certificate>
${lines.join('\n')}
            </ds:X509Certificate>
          </ds:X509Data>
        </ds:KeyInfo>
        <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>
      </md:KeyDescriptor>`;
    })
    .join('');
}
