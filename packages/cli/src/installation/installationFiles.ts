import type { NewFile } from './newFiles.ts';
import { policyText } from './policyText.ts';

/** What a new installation is called and where it is reached. */
export type Installation = {
  readonly entityId: string;
  readonly baseUrl: string;
  readonly scopes: readonly string[];
  readonly organization: { readonly ja: string; readonly en: string };
  readonly supportUrl: string | undefined;
};

/** The folder that its metadata source looks into; it must be there. */
export const metadataFolder = 'metadata';

/** Where the files of `installationFiles` go. */
export const installationPaths: readonly string[] = ['gakumon.yaml', 'users.yaml', 'release.yaml', 'policy.yaml'];

/** gakumon.yaml, first, and the documents it names, as a site begins with them. */
export function installationFiles(installation: Installation): readonly NewFile[] {
  return [
    { path: 'gakumon.yaml', content: configText(installation) },
    { path: 'users.yaml', content: usersText, secret: true },
    { path: 'release.yaml', content: releaseText },
    { path: 'policy.yaml', content: policyText },
  ];
}

function configText({ entityId, baseUrl, scopes, organization, supportUrl }: Installation): string {
  const support = supportUrl === undefined ? '# supportUrl: https://…' : `supportUrl: ${quote(supportUrl)}`;
  return `# The configuration of Gakumon; it is read once, at the start. Paths are relative to this file.
version: 1

idp:
  # The name of this IdP for ever. Federations and service providers keep it; it need not be an address.
  entityId: ${quote(entityId)}
  # Where browsers reach it: scheme, host and port.
  baseUrl: ${quote(baseUrl)}
  # The domains behind the @ of scoped attributes such as eduPersonPrincipalName.
  scopes: [${scopes.map(quote).join(', ')}]
  organization: { ja: ${quote(organization.ja)}, en: ${quote(organization.en)} }
  # Where a person whose login failed finds help.
  ${support}

listen:
  host: 127.0.0.1
  port: ${portOf(baseUrl)}
  # The reverse proxies whose X-Forwarded-For is believed.
  trustedProxies: []
  # Numbers for Prometheus, under /metrics (docs/metrics.md); "off" opens no port.
  management: 127.0.0.1:8089

keys: { directory: certs }
# One machine. For several, with PostgreSQL and Redis: docs/operating.md.
stores: { records: var/gakumon.db, sessions: records }

# A login lasts this long unused, and at most.
sessions: { idle: PT1H, lifetime: PT8H }

directory:
  # People in OpenLDAP or Active Directory: docs/ldap.md.
  - { name: local, file: users.yaml }

metadata:
  # The last good copies of what is fetched; may be deleted, and fills itself again.
  # cache: metadata-cache
  sources:
    # Each *.xml file in this folder is taken in, also later: whoever may write there decides who is answered.
    - { name: local, directory: ${metadataFolder}, unsigned: true }
${gakuninText}
documents:
  release: release.yaml
  # When more than a password is asked for, and where a second factor may be enrolled: docs/policy.md.
  policy: policy.yaml
  # What single services need beyond their metadata: docs/operating.md.
  # sps: sps.yaml
`;
}

/** Behind a reverse proxy the public port is the proxy's own. */
function portOf(baseUrl: string): number {
  const url = URL.parse(baseUrl);
  return url?.protocol === 'http:' && url.port !== '' ? Number(url.port) : 8080;
}

/** A JSON string is a YAML string, whatever is in it. */
const quote = (text: string): string => JSON.stringify(text);

/** GakuNin's two federations; never both in one IdP, since a test copy of an entity could stand in for the real one. */
const gakuninText = `    # GakuNin, as below without the #. Its signer's certificate decides who is believed: download it from the page of the
    # federation (https://meatwiki.nii.ac.jp/confluence/display/GakuNinShibInstall/signer), and compare what
    #   openssl x509 -in gakunin-signer-2017.cer -noout -fingerprint -sha256
    # prints with the fingerprint on that page. This was the production federation's when this file was made:
    # 5E:D6:A8:C5:E9:30:49:3F:B4:BA:77:54:6A:FB:66:BA:14:7D:CB:50:5B:EF:0F:D9:7C:26:04:C2:D9:36:FD:81
    # - name: gakunin
    #   url: https://metadata.gakunin.nii.ac.jp/gakunin-metadata.xml
    #   cert: [gakunin-signer-2017.cer]
    #   maxValidity: P15D
    #   filter: { roles: [sp] }
    # The test federation has a signer of its own; never name both federations in one IdP.
    # - name: gakunin-test
    #   url: https://metadata.gakunin.nii.ac.jp/gakunin-test-metadata.xml
    #   cert: [gakunin-test-signer-2020.cer]
    #   maxValidity: P15D
    #   filter: { roles: [sp] }
`;

const usersText = `# People who log in by a password of this file. It may be changed while Gakumon runs.
# gakumon user hash makes a passwordHash. What can be under attributes: the attribute dictionary's names, and affiliation.
# "disabled: true" in an entry refuses its logins and ends its sessions at their next use, as a new passwordHash does.
# An entry is as below, without the #; its passwordHash fits no password.
version: 1
people:
#  - username: s1234567
#    passwordHash: $scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}
#    groups: [students]
#    attributes:
#      displayName: Hanako Yamada
#      jaDisplayName: 山田 花子
#      mail: s1234567@example.ac.jp
#      affiliation: [student, member]
`;

const releaseText = `# Which service provider gets which attributes. Without a rule it gets none, only a transient NameID;
# nameId permits persistent and emailAddress too, to a service that asks for them or whose metadata does.
# It may be changed while Gakumon runs. Rules are as below, without the #. The name of a source: "local" is the folder
# ${metadataFolder}; what metadata load took in is called as its file, so that sp.xml is "sp".
version: 1
rules:
#  - { name: our-folder, to: { source: local }, release: requested }
#  - { name: loaded, to: { source: sp }, release: requested }
#  - { name: library, to: { entityId: 'https://sp.example.org/shibboleth' }, release: [eduPersonScopedAffiliation] }
#  - { name: wiki, to: { entityId: 'https://wiki.example.org/shibboleth' }, nameId: [persistent] }
`;
