import { X509Certificate } from 'node:crypto';
import { fingerprintOf } from '../trust/fingerprintOf.ts';
import type { IdpMetadataSettings } from './idpMetadata.ts';
import type { PublishedKey } from './keyDescriptor.ts';
import type { RegistrationFinding } from './registrationFinding.ts';

const fewestRsaBits = 2048;
/** The issuing authorities of the UPKI certificate service by how their names are written. */
const upki = /NII Open Domain|National Institute of Informatics|SECOM Trust|Cybertrust Japan/i;
/** DER of the object identifiers sha1WithRSAEncryption, md5WithRSAEncryption and ecdsa-with-SHA1. */
const outdatedSignatures = ['06092a864886f70d010105', '06092a864886f70d010104', '06072a8648ce3d0401'] //
  .map((hex) => Buffer.from(hex, 'hex'));

/**
 * Judges the certificates of our metadata by GakuNin's rules (technical standard 7.4): one of the UPKI service or of an
 * authority that the federation approves, whose name fits; or a private one, for which the form asks for a proof.
 * @param now milliseconds
 */
export function judgeCertificates(settings: IdpMetadataSettings, now: number): readonly RegistrationFinding[] {
  return settings.keys.flatMap((key) => judgeOne(settings, key, now));
}

function judgeOne(
  settings: IdpMetadataSettings,
  { certificate, use }: PublishedKey,
  now: number,
): RegistrationFinding[] {
  const x509 = new X509Certificate(Buffer.from(certificate, 'base64'));
  const id = fingerprintOf(x509).slice(0, 16);
  const name = `the ${use === undefined ? '' : `${use} `}certificate ${id}`;
  const found = (level: RegistrationFinding['level'], what: string, hint: string): RegistrationFinding => ({
    level,
    about: 'certificate',
    message: `${name} ${what}`,
    hint,
  });
  return [
    ...judgeIssuer(x509, fits(x509, settings), found),
    ...judgeStrength(x509, found),
    ...judgeDates(x509, now, found),
  ];
}

type Found = (level: RegistrationFinding['level'], what: string, hint: string) => RegistrationFinding;

function judgeIssuer(x509: X509Certificate, isFitting: boolean, found: Found): RegistrationFinding[] {
  const names = namesIn(x509).join(', ') || 'no name';
  // Not checkIssued: it wants keyCertSign, which certificates that sign nothing but themselves do without.
  if (x509.subject === x509.issuer && x509.verify(x509.publicKey)) {
    const proof = found(
      'asked',
      'is self-signed',
      'enter the proof URL (証明するURL) that shows it to be yours in the application form, or take a certificate of the UPKI service',
    );
    const other = found(
      'advice',
      `names ${names}, which is neither the host of the entityID or the endpoints nor within a scope`,
      'make the next one with such a name: gakumon keys next',
    );
    return isFitting ? [proof] : [proof, other];
  }
  const issuer = x509.issuer.replaceAll('\n', ', ');
  const misfit = found(
    'refused',
    `names ${names}, which is neither the host of the entityID or the endpoints (RFC 6125) nor within a scope`,
    'have one issued for the host of the IdP, then: gakumon keys next --cert FILE',
  );
  const stranger = found(
    'asked',
    `is issued by ${issuer}, which may not be an authority that the federation approves`,
    'if it is neither of the UPKI service nor of an approved authority, enter the proof URL in the application form',
  );
  return [...(isFitting ? [] : [misfit]), ...(upki.test(issuer) ? [] : [stranger])];
}

function judgeStrength(x509: X509Certificate, found: Found): RegistrationFinding[] {
  const { modulusLength, namedCurve } = x509.publicKey.asymmetricKeyDetails ?? {};
  const findings: RegistrationFinding[] = [];
  if (modulusLength !== undefined && modulusLength < fewestRsaBits) {
    const hint = 'gakumon keys next makes a longer one';
    findings.push(found('refused', `has a key of ${modulusLength} bits, fewer than ${fewestRsaBits}`, hint));
  }
  if (modulusLength === undefined) {
    const hint = 'ask the federation before; an RSA key of 2048 bits is what its members use';
    findings.push(
      found('advice', `has a key on ${namedCurve ?? 'no curve known'}, not RSA: some services cannot verify it`, hint),
    );
  }
  if (outdatedSignatures.some((oid) => x509.raw.includes(oid))) {
    const hint = 'have it issued again with SHA-256; the key can stay: gakumon keys next --cert FILE';
    findings.push(found('advice', 'is signed with SHA-1 or MD5, which authorities have given up', hint));
  }
  return findings;
}

function judgeDates(x509: X509Certificate, now: number, found: Found): RegistrationFinding[] {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  if (x509.validToDate.getTime() < now) {
    const hint =
      'the federation goes by the key, some services look at the date: gakumon keys next --cert FILE publishes a renewed one';
    return [found('advice', `expired on ${day(x509.validToDate)}`, hint)];
  }
  if (x509.validFromDate.getTime() <= now) return [];
  return [
    found('advice', `begins on ${day(x509.validFromDate)}`, 'compare the clock of this machine with another one'),
  ];
}

/** RFC 6125 for the hosts of the entityID and of the endpoints; for a hosted IdP a name at a scope or below it. */
function fits(x509: X509Certificate, { entityId, baseUrl, scopes }: IdpMetadataSettings): boolean {
  const hosts = [entityId, baseUrl].flatMap((uri) => URL.parse(uri)?.hostname || []);
  if (hosts.some((host) => x509.checkHost(host) !== undefined)) return true;
  const names = namesIn(x509).map((name) => name.replace(/^\*\./, '').toLowerCase());
  return names.some((name) => scopes.some((scope) => name === scope || name.endsWith(`.${scope}`)));
}

/** The DNS names; the common name only where there are none (RFC 6125 6.4.4). */
function namesIn({ subjectAltName = '', subject = '' }: X509Certificate): readonly string[] {
  const alternatives = [...(subjectAltName ?? '').matchAll(/DNS:([^,\s"]+)/g)].map(([, name = '']) => name);
  if (alternatives.length > 0) return alternatives;
  return [...(subject ?? '').matchAll(/^CN=(.+)$/gm)].map(([, name = '']) => name.trim());
}
