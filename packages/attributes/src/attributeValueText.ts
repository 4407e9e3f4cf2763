import type { AttributeValue } from './types.ts';

/** A value on one line, for people and for comparing: as it stands on the wire, or `IdP!SP!value` as SPs print a NameID. */
export function attributeValueText(value: AttributeValue): string {
  switch (value.kind) {
    case 'text':
      return value.value;
    case 'scoped':
      return `${value.value}@${value.scope}`;
    case 'nameId':
      return `${value.nameQualifier}!${value.spNameQualifier}!${value.value}`;
  }
}
