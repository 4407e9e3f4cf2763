import type { SignatureStyle } from '../signatures.ts';

/** How one maker's SP writes what every AuthnRequest has. */
export type Vendor = {
  /** The folder of its requests. */
  readonly name: string;
  readonly entityId: string;
  readonly acs: string;
  /** @param hex 64 hexadecimal digits that no other request has */
  readonly writeId: (hex: string) => string;
  /** @param now milliseconds since the epoch */
  readonly writeInstant: (now: number) => string;
  /** As its language escapes a query; .NET writes lower-case digits. */
  readonly escapes: 'upper-case' | 'lower-case';
  /** undefined: it never signs. */
  readonly signature: SignatureStyle | undefined;
  readonly relayState: string;
};

const instant = (now: number): string => new Date(now).toISOString();
const inSeconds = (now: number): string => instant(now).replace(/\.\d+Z$/, 'Z');
const inTicks = (now: number): string => instant(now).replace('Z', '4839Z');
const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** The makers whose SPs universities meet, each with the habits that its requests show on the wire. */
export const vendors = {
  shibbolethSp: {
    name: 'shibboleth-sp',
    entityId: 'https://journal.example.org/shibboleth-sp',
    acs: 'https://journal.example.org/Shibboleth.sso/SAML2/POST',
    writeId: (hex) => `_${hex.slice(0, 32)}`,
    writeInstant: inSeconds,
    escapes: 'upper-case',
    signature: { prefix: 'ds', foldedAt: 64 },
    relayState: 'ss:mem:0123456789abcdef0123456789abcdef',
  },
  simplesamlphp: {
    name: 'simplesamlphp',
    entityId: 'https://moodle.example.org/simplesaml/module.php/saml/sp/metadata.php/default-sp',
    acs: 'https://moodle.example.org/simplesaml/module.php/saml/sp/saml2-acs.php/default-sp',
    writeId: (hex) => `_${hex.slice(0, 42)}`,
    writeInstant: inSeconds,
    escapes: 'upper-case',
    signature: { prefix: 'ds' },
    relayState: 'https://moodle.example.org/login/index.php?a=1&b=日本',
  },
  modAuthMellon: {
    name: 'mod-auth-mellon',
    entityId: 'https://www.example.net/mellon/metadata',
    acs: 'https://www.example.net/mellon/postResponse',
    writeId: (hex) => `_${hex.slice(0, 32).toUpperCase()}`,
    writeInstant: inSeconds,
    escapes: 'upper-case',
    signature: { prefix: '', foldedAt: 76 },
    relayState: 'https://www.example.net/private/?x=1',
  },
  pysaml2: {
    name: 'pysaml2',
    entityId: 'https://proxy.example.net/Saml2/proxy_saml2_backend.xml',
    acs: 'https://proxy.example.net/Saml2/acs/post',
    writeId: (hex) => `id-${Buffer.from(hex, 'hex').toString('base64url').replace(/[-_]/g, 'x').slice(0, 17)}`,
    writeInstant: inSeconds,
    escapes: 'upper-case',
    signature: { prefix: 'ns2', id: 'Signature1', foldedAt: 64 },
    relayState: 'ZkPqC0hq2wIuYIvm',
  },
  keycloak: {
    name: 'keycloak',
    entityId: 'https://sso.example.com/realms/research',
    acs: 'https://sso.example.com/realms/research/broker/university/endpoint',
    writeId: (hex) => `ID_${uuid(hex)}`,
    writeInstant: instant,
    escapes: 'upper-case',
    signature: { prefix: 'dsig', foldedAt: 76 },
    relayState: '0KyvlU4Yc4bA3VJ1nQ0aZw.VJm3xq1g2_0.c2VydmljZQ',
  },
  microsoftEntraId: {
    name: 'microsoft-entra-id',
    entityId: 'urn:federation:MicrosoftOnline',
    acs: 'https://login.microsoftonline.com/login.srf',
    writeId: (hex) => `_${uuid(hex)}`,
    writeInstant: inTicks,
    escapes: 'lower-case',
    signature: undefined,
    relayState: 'rQQIARAA0OaQmJhYGBgYGBgbGRoZGBk-bQ==',
  },
  microsoftAdfs: {
    name: 'microsoft-adfs',
    entityId: 'http://fs.example.com/adfs/services/trust',
    acs: 'https://fs.example.com/adfs/ls/',
    writeId: (hex) => `id-${uuid(hex)}`,
    writeInstant: instant,
    escapes: 'lower-case',
    signature: { prefix: 'ds' },
    relayState: '8a2a6a5c-2b2c-4e0c-9d1f-4c8b6b7f0e11',
  },
  googleWorkspace: {
    name: 'google-workspace',
    entityId: 'google.com/a/example.ac.jp',
    acs: 'https://www.google.com/a/example.ac.jp/acs',
    writeId: (hex) => hex.slice(0, 40).replace(/./g, (digit) => 'abcdefghijklmnop'.charAt(Number.parseInt(digit, 16))),
    writeInstant: inSeconds,
    escapes: 'upper-case',
    signature: undefined,
    relayState: 'https://accounts.google.com/CheckCookie?continue=https%3A%2F%2Fmail.google.com%2Fmail%2F&service=mail',
  },
} as const satisfies Record<string, Vendor>;
