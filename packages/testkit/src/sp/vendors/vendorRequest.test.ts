import { algorithms } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { testKeys } from '../../keys/testKeys.ts';
import { describeWith } from '../../programs.ts';
import { schemaJudge, validateAgainstSchema } from '../../rigs/samlSchemas.ts';
import { findSignatureProblem, xmlsec1Judge } from '../../rigs/xmlsec1.ts';
import { listVendorRequests, writeVendorRequest } from './vendorRequest.ts';
import { type Vendor, vendors } from './vendors.ts';

const all: readonly Vendor[] = Object.values(vendors);
const everyRequest = all.flatMap((vendor) =>
  listVendorRequests(vendor).map((request) => ({ vendor, request, title: `${vendor.name}, ${request}` })),
);
const send = (vendor: Vendor, request: string, binding: 'redirect' | 'post', seed = 'one') =>
  writeVendorRequest(vendor, {
    request,
    binding,
    isSigned: vendor.signature !== undefined,
    destination: 'https://idp.example.ac.jp/sso',
    now: Date.parse('2024-04-08T09:00:00.123Z'),
    seed,
  });

describeWith([...schemaJudge, ...xmlsec1Judge], 'a request of each maker', () => {
  test.each(everyRequest)('obeys the schemas, and its signature holds: $title', async ({ vendor, request }) => {
    const { xml } = send(vendor, request, 'post');
    expect(xml).not.toMatch(/\{\w+\}/);
    expect(await validateAgainstSchema(xml)).toEqual([]);
    if (vendor.signature === undefined) expect(xml).not.toContain('SignatureValue');
    else expect(await findSignatureProblem(xml, testKeys.spSigning.certificatePem)).toBeUndefined();
  });
});

describe('what makers differ in', () => {
  test('each request has an ID of its own, the same for the same seed', () => {
    for (const vendor of all) {
      const ids = ['one', 'one', 'two'].map((seed) => send(vendor, 'plain', 'post', seed).id);
      expect(new Set(ids).size).toBe(2);
      expect(ids[0]).toBe(ids[1]);
      expect(send(vendor, 'plain', 'post').xml).toContain(` ID="${ids[0]}"`);
    }
  });

  test.each([
    { vendor: vendors.googleWorkspace, name: vendors.googleWorkspace.name, expected: '2024-04-08T09:00:00Z' },
    { vendor: vendors.microsoftEntraId, name: vendors.microsoftEntraId.name, expected: '2024-04-08T09:00:00.1234839Z' },
    { vendor: vendors.keycloak, name: vendors.keycloak.name, expected: '2024-04-08T09:00:00.123Z' },
  ])('the instant is written as $name does', ({ vendor, expected }) => {
    expect(send(vendor, 'plain', 'post').xml).toContain(` IssueInstant="${expected}"`);
  });

  test.each([
    { vendor: vendors.modAuthMellon, name: vendors.modAuthMellon.name, expected: '<SignatureValue>\n' },
    { vendor: vendors.keycloak, name: vendors.keycloak.name, expected: '<dsig:SignatureValue>\n' },
    {
      vendor: vendors.pysaml2,
      name: vendors.pysaml2.name,
      expected: '<ns2:Signature Id="Signature1" xmlns:ns2="http://www.w3.org/2000/09/xmldsig#">',
    },
  ])('the signature looks as that of $name', ({ vendor, expected }) => {
    expect(send(vendor, 'plain', 'post').xml).toContain(expected);
  });

  test.each([
    {
      vendor: vendors.microsoftAdfs,
      name: vendors.microsoftAdfs.name,
      expected: encodeURIComponent(algorithms.rsaSha256).toLowerCase(),
    },
    {
      vendor: vendors.shibbolethSp,
      name: vendors.shibbolethSp.name,
      expected: encodeURIComponent(algorithms.rsaSha256),
    },
  ])('the query is escaped as $name does', ({ vendor, expected }) => {
    const sent = send(vendor, 'plain', 'redirect');
    const query = sent.binding === 'redirect' ? sent.rawQuery : '';
    expect(query).toContain(`&SigAlg=${expected}&Signature=`);
    expect(new URLSearchParams(query).get('RelayState')).toBe(vendor.relayState);
  });
});
