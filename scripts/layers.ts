import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Holds the house against its plan (docs/architecture.md): who stands on whom, nobody reaching into another package's
 * files, each library behind one file, no file too long to read. Prints every breach and ends non-zero.
 */

/** From the ground up; a package may stand on those before it only. `testkit` is for tests and stands beside them. */
const floors = [
  'terms',
  'files',
  'saml',
  'metadata',
  'attributes',
  'directory',
  'mfa',
  'certificates',
  'idp',
  'stores',
  'config',
  'assembly',
  'demo-sp',
  'server',
  'cli',
];
const neverTogether: readonly (readonly [string, string])[] = [
  ['server', 'cli'],
  ['cli', 'server'],
];
/** Each command is a file of its own and speaks commander; the server's door and its form reader are both Express. */
const spokenEverywhere: readonly string[] = ['packages/cli: commander', 'packages/server: express'];
const longestFile = 400;
const root = join(import.meta.dirname, '..');
const importPattern =
  /(?:^|\n)(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import '([^']+)'/g;

type Import = { readonly target: string; readonly isType: boolean };
type Source = {
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly isTest: boolean;
};

function readPackage(name: string): Source[] {
  const folder = join(root, 'packages', name, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readSource(join(folder, path)));
}

function readSource(file: string): Source {
  const text = readFileSync(file, 'utf8');
  const imports = [...text.matchAll(importPattern)].map((match) => ({
    target: match[1] ?? match[2] ?? match[3] ?? '',
    isType: /(?:import|export) type\b/.test(match[0]),
  }));
  const isTest = /\.test\.ts$|\/(?:judges|flows|signOn|attacks|trials|conformance|testing|transcripts|fixtures)\//.test(
    file,
  );
  return { file, text, imports, isTest };
}

function breachesOf(name: string, sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const where = relative(root, source.file);
    const long = source.text.split('\n').length > longestFile ? [`${where}: longer than ${longestFile} lines`] : [];
    return [
      ...long,
      ...source.imports.flatMap(({ target }) => breachOf(name, source, target).map((what) => `${where}: ${what}`)),
    ];
  });
}

function breachOf(name: string, source: Source, target: string): string[] {
  if (target.startsWith('.')) {
    const inside = resolve(dirname(source.file), target).startsWith(join(root, 'packages', name, 'src'));
    return inside ? [] : [`reaches into another package: ${target}`];
  }
  const other = /^@gakumon\/([^/]+)(\/.*)?$/.exec(target);
  if (other === null) return [];
  if (other[2] !== undefined) return [`reaches past the front of a package: ${target}`];
  return source.isTest || name === 'testkit' ? [] : layerBreach(name, other[1] ?? '');
}

function layerBreach(name: string, other: string): string[] {
  const isBelow = floors.includes(other) && floors.indexOf(other) < floors.indexOf(name);
  const apart = neverTogether.some(([one, two]) => one === name && two === other);
  return isBelow && !apart ? [] : [`${name} may not stand on ${other}`];
}

/** A library that is imported in several files has no one place to be looked after, or to be exchanged. */
function scatteredLibraries(name: string, sources: readonly Source[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const { file, imports, isTest } of sources) {
    for (const { target, isType } of isTest ? [] : imports) {
      if (isType || /^(?:\.|node:|@gakumon\/)/.test(target)) continue;
      places.set(target, (places.get(target) ?? new Set()).add(relative(root, file)));
    }
  }
  return [...places]
    .filter(([library, files]) => files.size > 1 && !spokenEverywhere.includes(`packages/${name}: ${library}`))
    .map(([library, files]) => `packages/${name}: ${library} is imported in ${[...files].join(', ')}`);
}

/** The image installs by the manifests that it is given one by one; a package that is left out would not be found there. */
function missingInImage(name: string): string[] {
  const line = `COPY packages/${name}/package.json packages/${name}/`;
  return readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n').includes(line)
    ? []
    : [`Dockerfile: lacks "${line}"`];
}

const names = readdirSync(join(root, 'packages'));
const breaches = names.flatMap((name) => {
  if (name !== 'testkit' && !floors.includes(name)) return [`packages/${name}: on no floor of scripts/layers.ts`];
  const sources = readPackage(name);
  return [
    ...missingInImage(name),
    ...breachesOf(name, sources),
    ...(name === 'testkit' ? [] : scatteredLibraries(name, sources)),
  ];
});
for (const breach of breaches) process.stderr.write(`layers: ${breach}\n`);
process.stdout.write(`layers: ${names.length} packages, ${breaches.length} breaches\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;
