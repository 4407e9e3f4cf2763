import type { SamlKey } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { fingerprintOf, tellFingerprint } from '@gakumon/metadata';
import { isGakumonError } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { formatTable } from '../table.ts';

/** A SAML key as `gakumon keys list --json` shows it; times in ISO 8601. */
export type SamlKeyRow = {
  readonly use: string;
  readonly state: string;
  readonly algorithm: string | null;
  /** Of the certificate, in hexadecimal. */
  readonly sha256: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly published: string | null;
  readonly activationAllowed: string | null;
  readonly activated: string | null;
  readonly replaced: string | null;
  readonly retired: string | null;
  readonly keyFile: string;
  readonly certificateFile: string;
};

/** The SAML keys, or undefined with a warning: the sealing keys are worth seeing without them. */
export async function listSamlKeys(
  { terminal }: CliContext,
  config: Config,
): Promise<readonly SamlKeyRow[] | undefined> {
  const { activationAllowedFrom, readSamlKeyList, readSamlKeys } = await import('@gakumon/assembly');
  const { directory } = config.keys;
  try {
    const { all, troubles } = await readSamlKeys(directory, await readSamlKeyList(directory));
    for (const trouble of troubles) terminal.say('warning', trouble);
    return all.map((key) => toRow(key, key.entry.state === 'next' ? activationAllowedFrom(key.entry) : undefined));
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    terminal.say('warning', `the SAML keys: ${error.detail ?? error.code}`);
    return undefined;
  }
}

function toRow({ entry, pair }: SamlKey, allowed: number | undefined): SamlKeyRow {
  const { modulusLength, namedCurve } = pair?.privateKey.asymmetricKeyDetails ?? {};
  const certificate = pair?.certificate;
  return {
    use: entry.use,
    state: entry.state,
    algorithm: pair === undefined ? null : (namedCurve ?? `RSA ${modulusLength}`),
    sha256: certificate === undefined ? null : fingerprintOf(certificate),
    notBefore: certificate?.validFromDate.toISOString() ?? null,
    notAfter: certificate?.validToDate.toISOString() ?? null,
    published: isoTime(entry.published),
    activationAllowed: isoTime(allowed),
    activated: isoTime(entry.activated),
    replaced: isoTime(entry.replaced),
    retired: isoTime(entry.retired),
    keyFile: entry.key,
    certificateFile: entry.certificate,
  };
}

const isoTime = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

/** For people. */
const told = (time: string | null): string => time?.replace(/\.\d{3}Z$/, 'Z') ?? '?';

export function formatSamlKeys(rows: readonly SamlKeyRow[]): string {
  return formatTable(
    ['SAML key', '', 'SHA-256', 'algorithm', 'certificate until', 'since'],
    rows.map((row) => [
      row.use,
      row.state,
      row.sha256 === null ? 'its files are gone' : `${tellFingerprint(row.sha256.slice(0, 16))}:…`,
      row.algorithm ?? '',
      row.notAfter?.slice(0, 10) ?? '',
      describePast(row),
    ]),
  );
}

function describePast({ state, published, activationAllowed, activated, replaced, retired }: SamlKeyRow): string {
  if (state === 'next') return `published ${told(published)}, may be used from ${told(activationAllowed)}`;
  if (state === 'former') return `replaced ${told(replaced)}, still published`;
  if (state === 'retired') return `not published since ${told(retired)}`;
  return activated === null ? '' : `used since ${told(activated)}`;
}
