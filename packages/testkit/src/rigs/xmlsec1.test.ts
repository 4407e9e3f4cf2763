import { ns } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { testKeys } from '../keys/testKeys.ts';
import { describeWith } from '../programs.ts';
import { signDocument } from '../sp/signatures.ts';
import { decryptWithXmlsec1, findSignatureProblem, xmlsec1Judge } from './xmlsec1.ts';

const assertion = `<saml:Assertion xmlns:saml="${ns.saml}" ID="_a" Version="2.0"><saml:Issuer>x</saml:Issuer></saml:Assertion>`;

describeWith(xmlsec1Judge, 'xmlsec1', () => {
  const signed = signDocument(assertion, testKeys.idpSigning);
  const certificate = testKeys.idpSigning.certificatePem;

  test('finds nothing wrong with a good signature, wherever the element stands', async () => {
    expect(await findSignatureProblem(signed, certificate)).toBeUndefined();
    const response = `<samlp:Response xmlns:samlp="${ns.samlp}" ID="_r">${signed}</samlp:Response>`;
    expect(await findSignatureProblem(response, certificate, ['Assertion'])).toBeUndefined();
  });

  test.each([
    ['the signature of a stranger, whose certificate lies in KeyInfo', signDocument(assertion, testKeys.stranger)],
    ['a changed document', signed.replace('>x<', '>y<')],
    ['a document without a signature', assertion],
  ])('objects to %s', async (_what, xml) => {
    expect(await findSignatureProblem(xml, certificate)).toMatch(/\w/);
  });

  test('says why it cannot decrypt', async () => {
    await expect(decryptWithXmlsec1(assertion, testKeys.spEncryption.privateKeyPem)).rejects.toThrow(/Encrypted/);
  });
});
