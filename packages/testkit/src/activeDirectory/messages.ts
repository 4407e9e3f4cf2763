import { type BerElement, readAll, readInteger, readText, tags, writeElement, writeInteger } from './ber.ts';

/** RFC 4511, section 4.2 and following: tags of the operations. */
export const operations = {
  bind: 0x60,
  unbind: 0x42,
  search: 0x63,
  modify: 0x66,
  abandon: 0x50,
  extended: 0x77,
} as const;
const answers: Readonly<Record<number, number>> = { 96: 0x61, 99: 0x65, 102: 0x67, 119: 0x78 };

export type LdapControl = { readonly oid: string; readonly isCritical: boolean; readonly value: Buffer | undefined };
export type LdapRequest = {
  readonly id: number;
  readonly operation: number;
  readonly parts: readonly BerElement[];
  readonly controls: readonly LdapControl[];
};
export type LdapResult = { readonly code: number; readonly message: string };

/** @throws Error when it is no LDAPMessage */
export function readRequest(content: Buffer): LdapRequest {
  const [id, operation, controls] = readAll(content);
  if (id === undefined || operation === undefined) throw new Error('LDAP: a message without an operation');
  // Unbind and abandon have no parts
  const hasParts = (operation.tag & 0x20) !== 0;
  return {
    id: readInteger(id),
    operation: operation.tag,
    parts: hasParts ? readAll(operation.content) : [],
    controls: controls?.tag === 0xa0 ? readAll(controls.content).map(readControl) : [],
  };
}

function readControl({ content }: BerElement): LdapControl {
  const [oid, ...rest] = readAll(content);
  if (oid === undefined) throw new Error('LDAP: a control without its name');
  const criticality = rest.find((part) => part.tag === tags.boolean);
  const value = rest.find((part) => part.tag === tags.octets);
  return { oid: readText(oid), isCritical: (criticality?.content[0] ?? 0) !== 0, value: value?.content };
}

/** The answer that ends an operation. */
export function writeResult(
  request: LdapRequest,
  { code, message }: LdapResult,
  controls: readonly Buffer[] = [],
): Buffer {
  const tag = answers[request.operation] ?? 0x78;
  const body = [writeInteger(code, tags.enumerated), writeElement(tags.octets), writeElement(tags.octets, message)];
  return writeMessage(request.id, writeElement(tag, ...body), controls);
}

export type AnsweredEntry = {
  readonly dn: string;
  readonly attributes: readonly (readonly [string, readonly (string | Uint8Array)[]])[];
};

export function writeEntry(id: number, { dn, attributes }: AnsweredEntry): Buffer {
  const written = attributes.map(([name, values]) =>
    writeElement(
      tags.sequence,
      writeElement(tags.octets, name),
      writeElement(tags.set, ...values.map((value) => writeElement(tags.octets, value))),
    ),
  );
  const list = writeElement(tags.sequence, ...written);
  return writeMessage(id, writeElement(0x64, writeElement(tags.octets, dn), list));
}

/** "Continue there": AD sends some with each search from the top of a domain. */
export function writeReference(id: number, url: string): Buffer {
  return writeMessage(id, writeElement(0x73, writeElement(tags.octets, url)));
}

export function writeControl(oid: string, value: Uint8Array): Buffer {
  return writeElement(tags.sequence, writeElement(tags.octets, oid), writeElement(tags.octets, value));
}

function writeMessage(id: number, operation: Buffer, controls: readonly Buffer[] = []): Buffer {
  const beside = controls.length === 0 ? [] : [writeElement(0xa0, ...controls)];
  return writeElement(tags.sequence, writeInteger(id), operation, ...beside);
}
