import { describe, expect, test } from '@jest/globals';
import { dictionary, findAttributeDefinition } from './dictionary.ts';

// GakuNin's attribute list, and what eduGAIN adds; written out once more, so that a slip of a digit shows.
const expected = {
  mail: ['urn:oid:0.9.2342.19200300.100.1.3', 'single'],
  sn: ['urn:oid:2.5.4.4', 'single'],
  o: ['urn:oid:2.5.4.10', 'multiple'],
  ou: ['urn:oid:2.5.4.11', 'single'],
  givenName: ['urn:oid:2.5.4.42', 'single'],
  displayName: ['urn:oid:2.16.840.1.113730.3.1.241', 'single'],
  eduPersonAffiliation: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.1', 'multiple'],
  eduPersonPrincipalName: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.6', 'single'],
  eduPersonEntitlement: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.7', 'multiple'],
  eduPersonScopedAffiliation: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.9', 'multiple'],
  eduPersonTargetedID: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.10', 'multiple'],
  eduPersonAssurance: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.11', 'multiple'],
  eduPersonUniqueId: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.13', 'single'],
  eduPersonOrcid: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.16', 'multiple'],
  isMemberOf: ['urn:oid:1.3.6.1.4.1.5923.1.5.1.1', 'multiple'],
  jasn: ['urn:oid:1.3.6.1.4.1.32264.1.1.1', 'single'],
  jaGivenName: ['urn:oid:1.3.6.1.4.1.32264.1.1.2', 'single'],
  jaDisplayName: ['urn:oid:1.3.6.1.4.1.32264.1.1.3', 'single'],
  jao: ['urn:oid:1.3.6.1.4.1.32264.1.1.4', 'multiple'],
  jaou: ['urn:oid:1.3.6.1.4.1.32264.1.1.5', 'single'],
  gakuninScopedPersonalUniqueCode: ['urn:oid:1.3.6.1.4.1.32264.1.1.6', 'multiple'],
  schacHomeOrganization: ['urn:oid:1.3.6.1.4.1.25178.1.2.9', 'single'],
  'subject-id': ['urn:oasis:names:tc:SAML:attribute:subject-id', 'single'],
  'pairwise-id': ['urn:oasis:names:tc:SAML:attribute:pairwise-id', 'single'],
};

describe('dictionary', () => {
  test('names every attribute as the federation does', () => {
    const actual = dictionary.map(({ id, name, multiple }) => [id, [name, multiple ? 'multiple' : 'single']]);
    expect(Object.fromEntries(actual)).toEqual(expected);
    expect(dictionary).toHaveLength(Object.keys(expected).length);
  });

  test('the identifiers of the Subject Identifier profile have no FriendlyName, all others have', () => {
    const nameless = dictionary.filter(({ friendlyName }) => friendlyName === undefined).map(({ id }) => id);
    expect(nameless).toEqual(['subject-id', 'pairwise-id']);
  });

  test('has a label for people in both languages, no two alike', () => {
    for (const language of ['ja', 'en'] as const) {
      const labels = dictionary.map(({ labels }) => labels[language]);
      expect(new Set(labels).size).toBe(dictionary.length);
      expect(labels).not.toContain('');
    }
    expect(dictionary.every(({ labels }) => /[\p{sc=Han}\p{sc=Katakana}\p{sc=Hiragana}]/u.test(labels.ja))).toBe(true);
  });

  test.each(['__proto__', 'constructor', 'MAIL', ''])('knows nothing called %j', (id) => {
    expect(findAttributeDefinition(id)).toBeUndefined();
  });
});
