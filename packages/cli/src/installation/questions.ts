import { parseConfig } from '@gakumon/config';
import { isGakumonError } from '@gakumon/terms';
import { type Installation, installationFiles } from './installationFiles.ts';

/** What `init` has to be told, as it is typed. */
export type Field = 'baseUrl' | 'entityId' | 'scope' | 'orgJa' | 'orgEn' | 'supportUrl';
export type Answers = Readonly<Record<Field, string>>;

export type Question = {
  readonly field: Field;
  readonly flag: string;
  readonly text: string;
  /** What is taken when nothing is said; without it, something must be said. */
  readonly usual?: (before: Partial<Answers>) => string;
};

/** In the order in which they are asked. */
export const questions: readonly Question[] = [
  { field: 'baseUrl', flag: '--base-url', text: 'base URL, e.g. https://idp.example.ac.jp' },
  {
    field: 'entityId',
    flag: '--entity-id',
    text: 'entityID',
    usual: ({ baseUrl = '' }) => `${withoutSlash(baseUrl)}/idp/shibboleth`,
  },
  { field: 'scope', flag: '--scope', text: 'scope, e.g. example.ac.jp' },
  { field: 'orgJa', flag: '--org-ja', text: 'name of the organisation in Japanese' },
  { field: 'orgEn', flag: '--org-en', text: 'name of the organisation in English' },
  { field: 'supportUrl', flag: '--support-url', text: 'URL where people find help (may be empty)', usual: () => '' },
];

/** Good answers, to try a single other one among. */
const sample: Answers = {
  baseUrl: 'https://idp.example.org',
  entityId: 'https://idp.example.org/idp/shibboleth',
  scope: 'example.org',
  orgJa: 'x',
  orgEn: 'x',
  supportUrl: '',
};

/** What is wrong with one answer, in the configuration's own words; empty when it is good. */
export function listAnswerMistakes(field: Field, answer: string): readonly string[] {
  const [file] = installationFiles(toInstallation({ ...sample, [field]: answer }));
  try {
    parseConfig(file?.content ?? '', '');
    return [];
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    // `:8: idp.baseUrl: must be https`; there is no file yet whose lines could be told.
    const messages = (error.detail ?? error.code).split('\n').map((line) => line.replace(/^:\d+: (idp\.\S+: )?/, ''));
    return [...new Set(messages)];
  }
}

export function toInstallation({ baseUrl, entityId, scope, orgJa, orgEn, supportUrl }: Answers): Installation {
  return {
    baseUrl: withoutSlash(baseUrl),
    entityId,
    scopes: scope.trim().split(/[\s,]+/),
    organization: { ja: orgJa, en: orgEn },
    supportUrl: supportUrl === '' ? undefined : supportUrl,
  };
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');
