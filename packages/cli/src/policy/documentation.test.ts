import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicy, parsePolicyCases } from '@gakumon/config';
import { listPolicyDoubts } from '@gakumon/mfa';
import { describe, expect, test } from '@jest/globals';

const docs = join(import.meta.dirname, '../../../../docs');

/** What operators copy. */
function examplesOf(name: string): readonly string[] {
  const text = readFileSync(join(docs, name), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = '']) =>
    yaml.startsWith('version') ? yaml : `version: 1\n${yaml}`,
  );
}

describe.each(['policy.md', 'policy.ja.md'])('the examples of %s', (name) => {
  test('are good as they stand', () => {
    const examples = examplesOf(name);
    const isTable = (yaml: string): boolean => yaml.includes('\ncases:');
    const [policy, ...others] = examples.filter((yaml) => !isTable(yaml)).map((yaml) => parsePolicy(yaml, name));
    expect(policy).toMatchObject({ networks: [{ name: 'campus' }], rules: [{ name: 'outside-needs-mfa' }] });
    expect(others).toHaveLength(6);
    for (const { idleRequirements = [], ...policy } of others.slice(2)) {
      expect({ idleRequirements, doubts: listPolicyDoubts(policy) }).toEqual({ idleRequirements: [], doubts: [] });
    }
    const tables = examples.filter(isTable).map((yaml) => parsePolicyCases(yaml, name));
    expect(tables.map((cases) => cases.length)).toEqual([4]);
  });
});
