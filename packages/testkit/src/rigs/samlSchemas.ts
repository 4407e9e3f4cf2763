import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runProgram } from '../processes.ts';

/** Where Debian's xmltooling-schemas, opensaml-schemas and shibboleth-sp-common put the schemas. */
const xmltooling = '/usr/share/xml/xmltooling';
const opensaml = '/usr/share/xml/opensaml';
const shibboleth = '/usr/share/xml/shibboleth';

/** Namespace → schema file: everything that a SAML message or metadata of ours may hold. */
const schemas: Readonly<Record<string, string>> = {
  'http://www.w3.org/XML/1998/namespace': `${xmltooling}/xml.xsd`,
  'http://www.w3.org/2000/09/xmldsig#': `${xmltooling}/xmldsig-core-schema.xsd`,
  'http://www.w3.org/2009/xmldsig11#': `${xmltooling}/xmldsig11-schema.xsd`,
  'http://www.w3.org/2001/04/xmlenc#': `${xmltooling}/xenc-schema.xsd`,
  'http://www.w3.org/2009/xmlenc11#': `${xmltooling}/xenc11-schema.xsd`,
  'urn:oasis:names:tc:SAML:2.0:assertion': `${opensaml}/saml-schema-assertion-2.0.xsd`,
  'urn:oasis:names:tc:SAML:2.0:protocol': `${opensaml}/saml-schema-protocol-2.0.xsd`,
  'urn:oasis:names:tc:SAML:2.0:metadata': `${opensaml}/saml-schema-metadata-2.0.xsd`,
  'urn:oasis:names:tc:SAML:metadata:attribute': `${opensaml}/sstc-metadata-attr.xsd`,
  'urn:oasis:names:tc:SAML:metadata:algsupport': `${opensaml}/sstc-saml-metadata-algsupport-v1.0.xsd`,
  'urn:oasis:names:tc:SAML:metadata:ui': `${opensaml}/sstc-saml-metadata-ui-v1.0.xsd`,
  'urn:oasis:names:tc:SAML:metadata:rpi': `${opensaml}/saml-metadata-rpi-v1.0.xsd`,
  'urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol': `${opensaml}/sstc-saml-idp-discovery.xsd`,
  'urn:oasis:names:tc:SAML:profiles:SSO:request-init': `${opensaml}/sstc-request-initiation.xsd`,
  'urn:mace:shibboleth:metadata:1.0': `${shibboleth}/shibboleth-metadata-1.0.xsd`,
};

/** What the judge needs, for `describeWith`. */
export const schemaJudge: readonly string[] = ['xmllint', ...Object.values(schemas)];

/** Copies the schemas side by side with every schemaLocation pointing to a neighbour, so that nothing is fetched. */
async function writeSchemaFolder(folder: string): Promise<string> {
  for (const path of Object.values(schemas)) {
    const text = await readFile(path, 'utf8');
    const local = text.replace(/(schemaLocation\s*=\s*)(["'])(.*?)\2/g, (_, name, _quote, location) => {
      return `${name}"${basename(location)}"`;
    });
    await writeFile(join(folder, basename(path)), local);
  }
  const imports = Object.entries(schemas).map(
    ([ns, path]) => `<import namespace="${ns}" schemaLocation="${basename(path)}"/>`,
  );
  const root = join(folder, 'everything.xsd');
  await writeFile(root, `<schema xmlns="http://www.w3.org/2001/XMLSchema">${imports.join('')}</schema>`);
  return root;
}

/**
 * Asks xmllint, an independent judge, whether a document obeys the OASIS and W3C schemas. Extensions whose schema is
 * known are checked too. No network is used.
 *
 * @param xml the whole document
 * @returns what is wrong, one line each; empty when the document is valid
 * @throws Error when xmllint or a schema is missing (`schemaJudge` lists them)
 */
export async function validateAgainstSchema(xml: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-schemas-'));
  try {
    const root = await writeSchemaFolder(folder);
    const document = join(folder, 'document.xml');
    await writeFile(document, xml);
    const { code, stderr } = await runProgram('xmllint', ['--nonet', '--noout', '--schema', root, document]);
    return code === 0 ? [] : listProblems(stderr, document);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function listProblems(stderr: string, document: string): readonly string[] {
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.endsWith('fails to validate'));
  return lines.length === 0 ? ['xmllint failed without a word'] : lines.map((line) => line.replaceAll(document, ''));
}
