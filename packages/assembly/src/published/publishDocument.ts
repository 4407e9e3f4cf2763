import { GakumonError } from '@gakumon/terms';
import type { DocumentRecords, FoundDocument } from './documentRecords.ts';
import type { DocumentPlan } from './documentState.ts';
import { type DocumentVersion, hashOf, nextVersion, type VersionFacts } from './documentVersion.ts';
import { judgeVersion } from './judgeVersion.ts';

const mostTries = 10;

/**
 * Puts a text into force on every node, whatever is published and whatever their files hold.
 * @returns the version; the one that is published already when it has this very text
 * @throws GakumonError `document-invalid`; `store-unavailable`
 */
export async function publishDocument(
  plan: DocumentPlan<unknown>,
  text: string,
  records: DocumentRecords,
  facts: VersionFacts,
): Promise<DocumentVersion> {
  plan.parse(text, facts.by.file);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const found = await records.find(plan.name);
    const before = found.kind === 'version' ? [found.version] : [];
    const [published] = before;
    if (published?.sha256 === hashOf(text)) return published;
    const next = nextVersion(text, facts, before);
    if (await records.replace(plan.name, next, found.revision)) return next;
  }
  throw new GakumonError('store-unavailable', { detail: `others keep publishing ${plan.name} in the same moment` });
}

/** How a file of this machine stands to what is published. */
export type FileStanding = 'in force' | 'older' | 'refused' | 'not published' | 'not shared' | 'bad';

/** What is known of one document. */
export type DocumentReport = {
  readonly name: string;
  readonly file: string;
  readonly standing: FileStanding;
  readonly found: FoundDocument;
};

/** @param isOneMachine the records belong to one machine */
export async function describeDocument(
  plan: DocumentPlan<unknown>,
  records: DocumentRecords,
  isOneMachine: boolean,
): Promise<DocumentReport> {
  const { name, file } = plan;
  const found = await records.find(name);
  return { name, file, standing: await standingOf(plan, found, isOneMachine), found };
}

async function standingOf(
  plan: DocumentPlan<unknown>,
  found: FoundDocument,
  isOneMachine: boolean,
): Promise<FileStanding> {
  let sha256: string;
  try {
    const text = await plan.read(plan.file);
    plan.parse(text, plan.file);
    sha256 = hashOf(text);
  } catch {
    return 'bad';
  }
  if (found.kind === 'unopenable') return 'not shared';
  if (found.kind === 'nothing') return 'not published';
  const standing = { sha256, serial: undefined, isEdited: false, startedFrom: sha256, file: plan.file, isOneMachine };
  const verdict = judgeVersion(standing, found.version);
  if (verdict === 'same') return 'in force';
  if (verdict === 'publish') return 'not published';
  return verdict === 'stale' ? 'older' : 'refused';
}
