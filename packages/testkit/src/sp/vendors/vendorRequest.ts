import { createHash, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { algorithms } from '@gakumon/terms';
import { testKeys } from '../../keys/testKeys.ts';
import { escapeMarkup } from '../authnRequest.ts';
import { type PretendSp, type PretendSpOptions, pretendSp } from '../pretendSp.ts';
import { signDocument } from '../signatures.ts';
import type { Vendor } from './vendors.ts';

/** What the person's browser carries from a maker's SP to the IdP. */
export type VendorRequest = {
  readonly id: string;
  readonly relayState: string;
  /** The document, with its enveloped signature where there is one. */
  readonly xml: string;
} & (
  | { readonly binding: 'redirect'; readonly rawQuery: string }
  | { readonly binding: 'post'; readonly samlRequest: string }
);

export type VendorRequestOptions = {
  /** One of `listVendorRequests`. */
  readonly request: string;
  readonly binding: 'redirect' | 'post';
  readonly isSigned: boolean;
  /** The address that it is sent to. */
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The same one makes the same ID. */
  readonly seed?: string;
};

/** The SP that these requests come from, to know its metadata and to read answers by. It signs with `testKeys.spSigning`. */
export function vendorSp(vendor: Vendor, options: PretendSpOptions = {}): PretendSp {
  return pretendSp({ entityId: vendor.entityId, acs: [vendor.acs], encryptionKeys: [], ...options });
}

/** The names of the requests in the maker's folder. */
export function listVendorRequests(vendor: Vendor): string[] {
  const files = readdirSync(join(import.meta.dirname, vendor.name));
  return files.map((file) => file.replace(/\.xml$/, '')).sort();
}

/** An AuthnRequest as the maker's SP writes, signs and sends it, issued now. */
export function writeVendorRequest(vendor: Vendor, options: VendorRequestOptions): VendorRequest {
  const { id, xml } = fillIn(vendor, options);
  const { relayState } = vendor;
  if (options.binding === 'redirect') {
    return { id, relayState, xml, binding: 'redirect', rawQuery: writeQuery(vendor, xml, options.isSigned) };
  }
  const message = options.isSigned
    ? signDocument(xml, testKeys.spSigning, algorithms.rsaSha256, vendor.signature ?? {})
    : xml;
  return { id, relayState, xml: message, binding: 'post', samlRequest: Buffer.from(message).toString('base64') };
}

function fillIn(vendor: Vendor, { request, destination, now, seed = 'first' }: VendorRequestOptions) {
  const template = readFileSync(join(import.meta.dirname, vendor.name, `${request}.xml`), 'utf8');
  const id = vendor.writeId(createHash('sha256').update(seed).digest('hex'));
  const values: Readonly<Record<string, string>> = {
    id,
    destination,
    instant: vendor.writeInstant(now),
    issuer: vendor.entityId,
    acs: vendor.acs,
  };
  return { id, xml: template.replace(/\{(\w+)\}/g, (_, name: string) => escapeMarkup(values[name] ?? name)) };
}

function writeQuery(vendor: Vendor, xml: string, isSigned: boolean): string {
  const inQuery = (text: string): string => {
    const escaped = encodeURIComponent(text);
    return vendor.escapes === 'upper-case' ? escaped : escaped.replace(/%../g, (octet) => octet.toLowerCase());
  };
  const message = `SAMLRequest=${inQuery(deflateRawSync(xml).toString('base64'))}&RelayState=${inQuery(vendor.relayState)}`;
  if (!isSigned) return message;
  const octets = `${message}&SigAlg=${inQuery(algorithms.rsaSha256)}`;
  const signature = sign('sha256', Buffer.from(octets), testKeys.spSigning.privateKey);
  return `${octets}&Signature=${inQuery(signature.toString('base64'))}`;
}
