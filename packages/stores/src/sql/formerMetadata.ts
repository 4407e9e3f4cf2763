import type { Records } from './records.ts';

const mostNames = 20;

/** What stands in the table that metadata was loaded into before it was sealed. */
export async function listFormerMetadata(records: Records): Promise<readonly string[]> {
  const rows = await records.read((db) =>
    db.selectFrom('loaded_metadata').select('name').orderBy('name').limit(mostNames).execute(),
  );
  return rows.map(({ name }) => name);
}
