import { join } from 'node:path';
import { slapdBase, slapdRoot, slapdService } from './slapdTree.ts';

export type SlapdConfigOptions = {
  readonly folder: string;
  readonly certificate: { readonly ca: string; readonly certificate: string; readonly key: string } | undefined;
  readonly withPolicy: boolean;
  readonly serviceSetsPasswords: boolean;
  /** Further lines of the database's part. */
  readonly lines: readonly string[];
};

/** Writes a slapd.conf: one small database, the schemas of universities, and access rules as a careful site has them. */
export function writeSlapdConfig(options: SlapdConfigOptions): string {
  return [...globalLines(options), ...databaseLines(options), ...overlayLines(options), ...options.lines, ''].join(
    '\n',
  );
}

const ownSchemas = join(import.meta.dirname, 'slapd');

function globalLines({ folder, certificate }: SlapdConfigOptions): string[] {
  const debian = ['core', 'cosine', 'inetorgperson', 'dyngroup'].map((name) => `/etc/ldap/schema/${name}.schema`);
  const own = ['eduperson', 'gakunin'].map((name) => join(ownSchemas, `${name}.schema`));
  const tls = certificate && [
    `TLSCACertificateFile ${certificate.ca}`,
    `TLSCertificateFile ${certificate.certificate}`,
    `TLSCertificateKeyFile ${certificate.key}`,
    'TLSVerifyClient never',
  ];
  return [
    ...[...debian, ...own].map((file) => `include ${file}`),
    `pidfile ${join(folder, 'slapd.pid')}`,
    'modulepath /usr/lib/ldap',
    ...['back_mdb', 'ppolicy', 'memberof'].map((module) => `moduleload ${module}`),
    // Old clients bind with a name and no password, and take the success for a login: what is tested must not depend on
    // the server's refusing it.
    'allow bind_anon_cred bind_anon_dn',
    'threads 4',
    ...(tls ?? []),
  ];
}

function databaseLines({ folder, serviceSetsPasswords }: SlapdConfigOptions): string[] {
  const service = `by dn.exact="${slapdService.dn}"`;
  return [
    'database mdb',
    `suffix "${slapdBase}"`,
    `rootdn "${slapdRoot.dn}"`,
    `rootpw ${slapdRoot.password}`,
    `directory ${join(folder, 'data')}`,
    'maxsize 104857600',
    'dbnosync',
    'index objectClass,uid,member,mail eq',
    'sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited',
    `access to attrs=userPassword ${serviceSetsPasswords ? `${service} =w ` : ''}by self =xw by anonymous auth by * none`,
    `access to * ${service} read by self read by anonymous auth by * none`,
  ];
}

function overlayLines({ withPolicy }: SlapdConfigOptions): string[] {
  const policy = [
    'overlay ppolicy',
    `ppolicy_default "${slapdPolicyDn}"`,
    'ppolicy_hash_cleartext',
    'ppolicy_use_lockout',
  ];
  return ['overlay memberof', ...(withPolicy ? policy : [])];
}

/** Where the rig's password policy is. */
export const slapdPolicyDn = `cn=default,ou=policies,${slapdBase}`;
