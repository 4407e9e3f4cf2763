/** What the configuration files of the private Shibboleth SP are written from. All paths are absolute. */
export type ShibbolethSpSettings = {
  /** Holds everything: keys, configuration, logs, documents. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Where Apache's module talks to shibd. */
  readonly listenerPort: number;
  readonly entityId: string;
  readonly applications: readonly ApplicationSettings[];
  readonly idpEntityId: string;
  /** Whether `metadata-signer.pem` in the folder must have signed the IdP's metadata. */
  readonly verifiesMetadata: boolean;
  /** Where Apache's modules are. */
  readonly modules: string;
  /** The account that Apache's children change to when it is started by root. */
  readonly user: string | undefined;
};

/** An application beside the first one: an SP of its own, under `/name`. */
export type ApplicationSettings = {
  readonly name: string;
  readonly entityId: string;
  readonly signsRequests: boolean;
  /** How AuthnRequests go out; HTTP-Redirect when undefined. */
  readonly requestBinding: string | undefined;
  readonly requiresSignedAssertions: boolean;
  /** Names of key files, `name.pem` and `name.key.pem` in the folder; the first one is used for signing. */
  readonly signingKeys: readonly string[];
  readonly encryptionKeys: readonly string[];
};

/** shibboleth2.xml: several applications, all but the first with an entityID and keys of their own. */
export function writeShibbolethConfig(settings: ShibbolethSpSettings): string {
  const { folder } = settings;
  return `<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="180">
  <OutOfProcess logger="${folder}/shibd.logger"/>
  <InProcess logger="${folder}/native.logger"/>
  <TCPListener address="127.0.0.1" port="${settings.listenerPort}" acl="127.0.0.1"/>
  <ApplicationDefaults entityID="${settings.entityId}" REMOTE_USER="eppn persistent-id">
    ${writeSessions(settings, '/Shibboleth.sso', undefined)}
    <Errors supportContact="root@localhost"/>
    <MetadataProvider type="XML" validate="true" path="${folder}/idp-metadata.xml">
      ${settings.verifiesMetadata ? `<MetadataFilter type="Signature" certificate="${folder}/metadata-signer.pem"/>` : ''}
    </MetadataProvider>
    <AttributeExtractor type="XML" validate="true" reloadChanges="false" path="${folder}/attribute-map.xml"/>
    <AttributeFilter type="XML" validate="true" path="/etc/shibboleth/attribute-policy.xml"/>
    ${writeCredential(folder, 'signing', 'signing')}
    ${writeCredential(folder, 'encryption', 'encryption')}
    ${settings.applications.map((application) => writeApplication(settings, application)).join('\n    ')}
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="/etc/shibboleth/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" reloadChanges="false" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
`;
}

const writeCredential = (folder: string, use: 'signing' | 'encryption', key: string): string =>
  `<CredentialResolver type="File" use="${use}" key="${folder}/${key}.key.pem" certificate="${folder}/${key}.pem"/>`;

function writeApplication(settings: ShibbolethSpSettings, application: ApplicationSettings): string {
  const { name, entityId, signsRequests, requiresSignedAssertions, signingKeys, encryptionKeys } = application;
  return `<ApplicationOverride id="${name}" entityID="${entityId}" signing="${signsRequests}" requireSignedAssertions="${requiresSignedAssertions}">
      ${writeSessions(settings, `/${name}/Shibboleth.sso`, application.requestBinding)}
      ${signingKeys.map((key) => writeCredential(settings.folder, 'signing', key)).join('\n      ')}
      ${encryptionKeys.map((key) => writeCredential(settings.folder, 'encryption', key)).join('\n      ')}
    </ApplicationOverride>`;
}

// Plain http on loopback: handlerSSL and cookieProps as https would have them set no cookie at all.
const writeSessions = (
  settings: ShibbolethSpSettings,
  handlerUrl: string,
  requestBinding: string | undefined,
): string =>
  `<Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false" consistentAddress="false"
      handlerURL="${handlerUrl}" handlerSSL="false" cookieProps="http" redirectLimit="exact">
      <SSO entityID="${settings.idpEntityId}"${requestBinding === undefined ? '' : ` outgoingBindings="${requestBinding}"`}>SAML2</SSO>
      <Logout>SAML2 Local</Logout>
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
    </Sessions>`;

/** attribute-map.xml: every attribute of GakuNin's list and of eduGAIN, under the ids that Debian's attribute-policy.xml checks the scopes of. */
export function writeAttributeMap(): string {
  return `<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.6" id="eppn">
    <AttributeDecoder xsi:type="ScopedAttributeDecoder" caseSensitive="false"/>
  </Attribute>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.9" id="affiliation">
    <AttributeDecoder xsi:type="ScopedAttributeDecoder" caseSensitive="false"/>
  </Attribute>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.1" id="unscoped-affiliation"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.10" id="persistent-id">
    <AttributeDecoder xsi:type="NameIDAttributeDecoder" formatter="$NameQualifier!$SPNameQualifier!$Name"/>
  </Attribute>
  <Attribute name="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" id="transient-id">
    <AttributeDecoder xsi:type="NameIDAttributeDecoder" formatter="$Name"/>
  </Attribute>
  <Attribute name="urn:oid:2.16.840.1.113730.3.1.241" id="displayName"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.32264.1.1.3" id="jaDisplayName"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.32264.1.1.1" id="jasn"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.32264.1.1.2" id="jaGivenName"/>
  <Attribute name="urn:oid:2.5.4.4" id="sn"/>
  <Attribute name="urn:oid:2.5.4.42" id="givenName"/>
  <Attribute name="urn:oid:0.9.2342.19200300.100.1.3" id="mail"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.32264.1.1.4" id="jao"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.32264.1.1.5" id="jaou"/>
  <Attribute name="urn:oid:2.5.4.10" id="o"/>
  <Attribute name="urn:oid:2.5.4.11" id="ou"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.25178.1.2.9" id="schacHomeOrganization"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.5.1.1" id="isMemberOf"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.7" id="entitlement"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.11" id="assurance"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.13" id="eduPersonUniqueId">
    <AttributeDecoder xsi:type="ScopedAttributeDecoder" caseSensitive="false"/>
  </Attribute>
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.16" id="eduPersonOrcid"/>
  <Attribute name="urn:oid:1.3.6.1.4.1.32264.1.1.6" id="gakuninScopedPersonalUniqueCode">
    <AttributeDecoder xsi:type="ScopedAttributeDecoder"/>
  </Attribute>
  <Attribute name="urn:oasis:names:tc:SAML:attribute:subject-id" id="subject-id">
    <AttributeDecoder xsi:type="ScopedAttributeDecoder" caseSensitive="false"/>
  </Attribute>
  <Attribute name="urn:oasis:names:tc:SAML:attribute:pairwise-id" id="pairwise-id">
    <AttributeDecoder xsi:type="ScopedAttributeDecoder" caseSensitive="false"/>
  </Attribute>
</Attributes>
`;
}

/** A log4shib configuration that writes into one file, message traces of the decoder included. */
export function writeLogger(file: string): string {
  return `log4j.rootCategory=INFO, all
log4j.appender.all=org.apache.log4j.FileAppender
log4j.appender.all.fileName=${file}
log4j.appender.all.layout=org.apache.log4j.PatternLayout
log4j.appender.all.layout.ConversionPattern=%p %c: %m%n
`;
}

/** Places of the site, each with the content settings of what it asks the IdP for. */
const places: Readonly<Record<string, readonly string[]>> = {
  '/secure': [],
  '/force': ['ShibRequestSetting forceAuthn true'],
  '/passive': ['ShibRequestSetting isPassive true'],
  '/mfa': ['ShibRequestSetting authnContextClassRef https://refeds.org/profile/mfa'],
  '/aal2': ['ShibRequestSetting authnContextClassRef https://www.gakunin.jp/profile/AAL2'],
  '/password': [
    'ShibRequestSetting authnContextClassRef urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  ],
};

const modulesLoaded = ['mpm_prefork', 'authz_core', 'authn_core', 'cgi', 'alias', 'shib'];

/** httpd.conf of a server that shares nothing with the machine's own Apache. */
export function writeApacheConfig(settings: ShibbolethSpSettings): string {
  const { folder } = settings;
  return `ServerRoot ${folder}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex file:${folder} default
ErrorLog ${folder}/apache.log
LogLevel info
${modulesLoaded.map((name) => `LoadModule ${name === 'shib' ? 'mod_shib' : `${name}_module`} ${settings.modules}/mod_${name}.so`).join('\n')}
${settings.user === undefined ? '' : `User ${settings.user}`}
StartServers 2
MinSpareServers 1
MaxRequestWorkers 8
Listen 127.0.0.1:${settings.port}
ServerName http://${settings.host}:${settings.port}
UseCanonicalName On
DocumentRoot ${folder}/documents
ShibConfig ${folder}/shibboleth2.xml
ScriptAlias /open ${folder}/page.sh
${Object.keys(places)
  .concat(settings.applications.map(({ name }) => `/${name}/secure`))
  .map((place) => `ScriptAlias ${place} ${folder}/page.sh`)
  .join('\n')}
<Location />
  Require all granted
</Location>
${Object.entries(places)
  .map(([place, asked]) => writeProtected(place, asked))
  .join('')}${settings.applications
  .map(
    ({ name }) => `<Location /${name}>
  ShibRequestSetting applicationId ${name}
</Location>
${writeProtected(`/${name}/secure`, [])}`,
  )
  .join('')}`;
}

const writeProtected = (place: string, asked: readonly string[]): string =>
  `<Location ${place}>
  AuthType shibboleth
  ShibRequestSetting requireSession 1
  ${asked.join('\n  ')}
  Require shib-session
</Location>
`;

/** The page behind every place: the environment as it is, in base64, since values hold anything but NUL. */
export function writePage(): string {
  return `#!/bin/sh
printf 'Content-Type: text/html; charset=utf-8\\r\\nCache-Control: no-store\\r\\n\\r\\n'
printf '<!doctype html><html lang="en"><title>Protected page</title><h1>Protected page</h1><p id="environment" hidden>'
env -0 | base64 -w0
printf '</p></html>'
`;
}
