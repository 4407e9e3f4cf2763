import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { makeEntity } from './makeEntity.ts';

const c14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** Up to its entities, with a Signature that lacks its values. */
export const aggregateStart = `<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by the bench; nobody in it exists. -->
<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
    xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute"
    xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    ID="_aggregate" Name="urn:example:federation" validUntil="2124-01-01T00:00:00Z" cacheDuration="PT6H">
<ds:Signature><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${c14n}"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_aggregate">
<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="${c14n}"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
<ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue></ds:Signature>
`;

/**
 * Writes an aggregate whose Signature lacks its values. The same count gives the same octets each time.
 * @param count of entities; each takes 10 KB or so
 */
export async function makeAggregate(file: string, count: number): Promise<void> {
  const out = createWriteStream(file);
  out.write(aggregateStart);
  for (let index = 0; index < count; index++) {
    const random = (length: number, purpose: string): Buffer => randomOf(`${index} ${purpose}`, length);
    if (!out.write(makeEntity(index, random))) await once(out, 'drain');
  }
  out.end('</md:EntitiesDescriptor>\n');
  await once(out, 'finish');
}

function randomOf(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}
