import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Where Debian's opensaml-schemas, xmltooling-schemas and shibboleth-sp-common put the schemas. */
const installed = ['/usr/share/xml/xmltooling', '/usr/share/xml/opensaml', '/usr/share/xml/shibboleth'] as const;

/** Namespace → schema file: everything that a SAML message or metadata of ours may hold. */
const schemas: Readonly<Record<string, string>> = {
  'http://www.w3.org/XML/1998/namespace': 'xml.xsd',
  'http://www.w3.org/2000/09/xmldsig#': 'xmldsig-core-schema.xsd',
  'http://www.w3.org/2009/xmldsig11#': 'xmldsig11-schema.xsd',
  'http://www.w3.org/2001/04/xmlenc#': 'xenc-schema.xsd',
  'http://www.w3.org/2009/xmlenc11#': 'xenc11-schema.xsd',
  'urn:oasis:names:tc:SAML:2.0:assertion': 'saml-schema-assertion-2.0.xsd',
  'urn:oasis:names:tc:SAML:2.0:protocol': 'saml-schema-protocol-2.0.xsd',
  'urn:oasis:names:tc:SAML:2.0:metadata': 'saml-schema-metadata-2.0.xsd',
  'urn:oasis:names:tc:SAML:metadata:attribute': 'sstc-metadata-attr.xsd',
  'urn:oasis:names:tc:SAML:metadata:algsupport': 'sstc-saml-metadata-algsupport-v1.0.xsd',
  'urn:oasis:names:tc:SAML:metadata:ui': 'sstc-saml-metadata-ui-v1.0.xsd',
  'urn:oasis:names:tc:SAML:metadata:rpi': 'saml-metadata-rpi-v1.0.xsd',
  'urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol': 'sstc-saml-idp-discovery.xsd',
  'urn:oasis:names:tc:SAML:profiles:SSO:request-init': 'sstc-request-initiation.xsd',
  'urn:mace:shibboleth:metadata:1.0': 'shibboleth-metadata-1.0.xsd',
};

function findSchema(file: string): string | undefined {
  return installed.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

/** The files without which no verdict is possible; empty when `validateAgainstSchema` can work. */
export function listMissingSchemas(): readonly string[] {
  return Object.values(schemas).filter((file) => findSchema(file) === undefined);
}

/** Copies the schemas side by side with every schemaLocation pointing to a neighbour, so that nothing is fetched. */
async function writeSchemaFolder(folder: string): Promise<string> {
  for (const file of Object.values(schemas)) {
    const path = findSchema(file);
    if (path === undefined) {
      throw new Error(
        `the schema ${file} is not installed (opensaml-schemas, xmltooling-schemas, shibboleth-sp-common)`,
      );
    }
    const text = await readFile(path, 'utf8');
    const local = text.replace(/(schemaLocation\s*=\s*)(["'])(.*?)\2/g, (_, name, _quote, location) => {
      return `${name}"${basename(location)}"`;
    });
    await writeFile(join(folder, file), local);
  }
  const imports = Object.entries(schemas).map(([ns, file]) => `<import namespace="${ns}" schemaLocation="${file}"/>`);
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
 * @throws Error when xmllint or a schema is missing
 */
export async function validateAgainstSchema(xml: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-schemas-'));
  try {
    const root = await writeSchemaFolder(folder);
    const document = join(folder, 'document.xml');
    await writeFile(document, xml);
    const { code, stderr } = await runXmllint(['--nonet', '--noout', '--schema', root, document]);
    return code === 0 ? [] : listProblems(stderr, document);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runXmllint(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile('xmllint', args, { maxBuffer: 16 * 1024 * 1024 }, (error, _stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

function listProblems(stderr: string, document: string): readonly string[] {
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.endsWith('fails to validate'));
  return lines.length === 0 ? ['xmllint failed without a word'] : lines.map((line) => line.replaceAll(document, ''));
}
