import { openAtRest, type SealingKeys } from '@gakumon/idp';
import type { MetadataOrder, MetadataOrders } from '@gakumon/metadata';
import type { SealedRecord, SealedRecords } from '@gakumon/stores';
import { isObject } from './readSource.ts';
import { replaceSealed } from './replaceSealed.ts';

export const orderKind = 'metadata-order';

const formatVersion = 1;

/** Orders of operators, sealed in the records: one for each source and kind, which the next one replaces. */
export function sealedOrders(
  sealed: SealedRecords,
  keys: SealingKeys,
  generation: MetadataOrders['generation'],
): MetadataOrders {
  return {
    async give(order) {
      const octets = Buffer.from(JSON.stringify({ version: formatVersion, ...order }), 'utf8');
      await replaceSealed(sealed, keys, { kind: orderKind, name: nameOf(order), octets });
    },
    async list(since) {
      const records = await sealed.list(orderKind);
      return records
        .flatMap((record) => openOrder(keys, record) ?? [])
        .filter(({ at }) => at >= since)
        .sort((a, b) => a.at - b.at);
    },
    generation,
  };
}

const nameOf = ({ kind, source }: Pick<MetadataOrder, 'kind' | 'source'>): string => `${kind} ${source}`;

/** @returns undefined for what no holder of our keys wrote, and for what this release does not know */
function openOrder(keys: SealingKeys, record: SealedRecord): MetadataOrder | undefined {
  try {
    const order = readOrder(JSON.parse(openAtRest(keys, record).toString('utf8')));
    return order !== undefined && nameOf(order) === record.name ? order : undefined;
  } catch {
    return undefined;
  }
}

function readOrder(value: unknown): MetadataOrder | undefined {
  if (!isObject(value)) return undefined;
  const { version, kind, source, at, sha256 } = value;
  if (version !== formatVersion || typeof source !== 'string' || !Number.isSafeInteger(at)) return undefined;
  const about = { source, at: at as number };
  if (kind === 'refresh') return { ...about, kind };
  const isHash = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  return kind === 'accept' && isHash ? { ...about, kind, sha256 } : undefined;
}
