import { expect, test } from '@jest/globals';
import { describeWith } from '../programs.ts';
import { schemaJudge, validateAgainstSchema } from './samlSchemas.ts';

const metadata = (extension: string, protocol = 'urn:oasis:names:tc:SAML:2.0:protocol') =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.ac.jp/idp">
  <md:IDPSSODescriptor protocolSupportEnumeration="${protocol}">
    <md:Extensions>${extension}</md:Extensions>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.ac.jp/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;
const scope = (regexp: string) =>
  `<shibmd:Scope xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" regexp="${regexp}">example.ac.jp</shibmd:Scope>`;

describeWith(schemaJudge, 'validateAgainstSchema', () => {
  test('has nothing to say about valid metadata', async () => {
    expect(await validateAgainstSchema(metadata(scope('false')))).toEqual([]);
  });

  test.each([
    ['a missing attribute', metadata(scope('false')).replace(/entityID="[^"]*"/, ''), /entityID/],
    ['an element out of place', metadata('').replace('<md:Extensions></md:Extensions>', '<md:Company/>'), /Company/],
    ['an extension of a known namespace that is wrong', metadata(scope('perhaps')), /regexp/],
    ['a status without a code', '<p:Status xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"/>', /StatusCode/],
    ['a root that no schema knows', '<unknown/>', /unknown/],
    ['a document that is not well-formed', '<a>', /end of data|Premature/i],
  ])('tells of %s', async (_what, xml, problem) => {
    const problems = await validateAgainstSchema(xml);
    expect(problems.join('\n')).toMatch(problem);
  });
});
