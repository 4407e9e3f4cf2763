import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { testKeys } from '../../packages/testkit/src/keys/testKeys.ts';
import { type PretendSp, pretendSp } from '../../packages/testkit/src/sp/pretendSp.ts';
import { aggregateStart } from '../aggregate/makeAggregate.ts';
import { makeEntity } from '../aggregate/makeEntity.ts';
import { runProgram } from '../aggregate/program.ts';

/** Of five entities one is an IdP, and the others are SPs. */
const isIdentityProvider = (index: number): boolean => index % 5 === 0;

/** A signed aggregate whose SPs can be logged in to: each has certificates of its own that can be read. */
export async function makeFederation(file: string, count: number, version: number): Promise<void> {
  const template = `${file}.template`;
  const out = createWriteStream(template);
  out.write(aggregateStart.replace('urn:example:federation', `urn:example:federation:${version}`));
  for (let index = 0; index < count; index += 1) {
    if (!out.write(makeUsableEntity(index))) await once(out, 'drain');
  }
  out.end('</md:EntitiesDescriptor>\n');
  await once(out, 'finish');
  const id = ['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor'];
  runProgram('xmlsec1', [
    '--sign',
    '--privkey-pem',
    testKeys.idpSigning.privateKeyFile,
    ...id,
    '--output',
    file,
    template,
  ]);
}

/** What the federation signs with. */
export const federationCertificate = testKeys.idpSigning.certificateFile;

/** The SPs of it, the first ones. */
export function listServiceProviders(count: number): PretendSp[] {
  return Array.from({ length: count }, (_, index) => index)
    .filter((index) => !isIdentityProvider(index))
    .map((index) => {
      const xml = makeEntity(index, (length) => Buffer.alloc(length));
      const read = (attribute: RegExp): string => attribute.exec(xml)?.[1] ?? '';
      const entityId = read(/entityID="([^"]+)"/);
      const acs = [read(/AssertionConsumerService [^>]*Location="([^"]+)"/)];
      return pretendSp({ entityId, acs, authnRequestsSigned: false });
    });
}

function makeUsableEntity(index: number): string {
  const xml = makeEntity(index, (length) => Buffer.alloc(length));
  let certificates = 0;
  return xml.replace('AuthnRequestsSigned="true" ', '').replace(/(<ds:X509Certificate>)[^<]*/g, (_, start) => {
    certificates += 1;
    return `${start}\n${makeCertificate(`${index} ${certificates}`)}\n            `;
  });
}

/**
 * One of the test keys with other octets where its signature is, which nobody verifies: as many different certificates
 * as there are SPs, without as many keys to be made.
 */
function makeCertificate(seed: string): string {
  const der = Buffer.from(testKeys.spEncryption.certificate, 'base64');
  createHash('shake256', { outputLength: 256 })
    .update(seed)
    .digest()
    .copy(der, der.length - 256);
  return (der.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
}

/** A loopback server of one document, which may be replaced. */
export const federationServer = join(import.meta.dirname, 'federationServer.ts');
