import type { ReleaseRules } from '@gakumon/attributes';
import { loadDocument } from './document.ts';
import { object, type Schema, text, uniqueBy, version, withRule, z } from './schema.ts';

const target = z.union(
  [
    z.literal('any'),
    object({ entityId: text }),
    object({ source: text }),
    object({ category: text }),
    object({ registrationAuthority: text }),
    object({ group: text }),
  ],
  { error: 'must be any, or one of { entityId }, { source }, { category }, { registrationAuthority }, { group }' },
);

const release = z.union([z.enum(['requested', 'all']), z.array(text)], {
  error: 'must be requested, all, or a list of attribute names',
});

const rule = object({ name: text, to: target, release: release.default([]), deny: z.array(text).default([]) });

const releaseSchema: Schema<ReleaseRules> = object({
  version,
  rules: withRule(z.array(rule), uniqueBy('name')),
}).transform(({ rules }) => rules);

/**
 * Reads release.yaml.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export function loadReleaseRules(file: string): Promise<ReleaseRules> {
  return loadDocument(file, releaseSchema, 'document-invalid');
}
