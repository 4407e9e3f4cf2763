import { parseEnd } from '@gakumon/config';
import { normaliseUsername } from '@gakumon/directory';
import { GakumonError, hours, quoteUntrusted, type Username } from '@gakumon/terms';

/** Somebody of a list: the line it stands in, when it takes effect (milliseconds), and as what. */
export type Leaver = {
  readonly line: number;
  readonly username: Username;
  readonly at: number;
  readonly as: 'gone' | 'alumni';
  /** The login name under which the same human being goes on. */
  readonly successor?: Username;
};

/** What is wrong, and where. */
export type LeaverMistake = { readonly line: number; readonly message: string };

/** What counts where a line says nothing itself. */
export type LeaverDefaults = Pick<Leaver, 'at' | 'as' | 'successor'>;

/** A year's leavers of the largest university, many times over. */
const mostPeople = 200_000;
/** Longer lists of mistakes help nobody. */
const mostMistakes = 100;

/**
 * Reads who leaves: one name a line, or a table with a first line of `username`, and `on`, `as` and `as-now` if need be.
 * Empty lines, and those that begin with #, are left out.
 * @param now what is over for 24 months at that time is a mistake
 */
export function readLeavers(
  text: string,
  defaults: LeaverDefaults,
  now: number,
): { readonly leavers: readonly Leaver[]; readonly mistakes: readonly LeaverMistake[] } {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .map((line, index) => ({ line: index + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell !== '') && cells[0]?.startsWith('#') !== true);
  const [first] = lines;
  const isTable = first?.cells.some((cell) => cell.toLowerCase() === 'username') === true;
  const columns = isTable ? first.cells.map((cell) => cell.toLowerCase()) : ['username'];
  const wrong = isTable ? columnMistakes(columns, first.line) : [];
  const rows = isTable ? lines.slice(1) : lines;
  if (wrong.length > 0) return { leavers: [], mistakes: wrong };
  if (rows.length > mostPeople) {
    return {
      leavers: [],
      mistakes: [{ line: rows[mostPeople]?.line ?? 0, message: `more than ${mostPeople} people` }],
    };
  }
  return readRows(rows, columns, defaults, now);
}

type Row = { readonly line: number; readonly cells: readonly string[] };

function readRows(rows: readonly Row[], columns: readonly string[], defaults: LeaverDefaults, now: number) {
  const seen = new Map<string, number>();
  const leavers: Leaver[] = [];
  const mistakes: LeaverMistake[] = [];
  for (const { line, cells } of rows) {
    const read = readRow(cells, columns, defaults, now);
    const before = read.username === undefined ? undefined : seen.get(read.username);
    const found = [
      ...read.mistakes,
      ...(before === undefined ? [] : [`${read.username} stands in line ${before} already`]),
    ];
    if (read.username !== undefined && before === undefined) seen.set(read.username, line);
    mistakes.push(...found.map((message) => ({ line, message })));
    const { username, at, as, successor } = read;
    const more = successor === undefined ? {} : { successor };
    if (found.length === 0 && username && at !== undefined && as) leavers.push({ line, username, at, as, ...more });
  }
  return { leavers, mistakes };
}

function readRow(cells: readonly string[], columns: readonly string[], defaults: LeaverDefaults, now: number) {
  const cell = (column: string): string => cells[columns.indexOf(column)] ?? '';
  const typed = cell('username');
  const username = normaliseUsername(typed).username;
  const isHeader = username === undefined && columns.length === 1;
  const at = cell('on') === '' ? defaults.at : parseEnd(cell('on'));
  const as = cell('as') === '' ? defaults.as : readAs(cell('as'));
  const next = cell('as-now');
  const successor = next === '' ? defaults.successor : normaliseUsername(next).username;
  const mistakes = [
    ...(cells.length > columns.length
      ? [`more than ${columns.length === 1 ? `a name${headerHint}` : `${columns.length} values`}`]
      : []),
    ...(username === undefined ? [`${quoteUntrusted(typed)} is no user name${isHeader ? headerHint : ''}`] : []),
    ...(at === undefined ? [`on ${quoteUntrusted(cell('on'))}: no day such as 2027-03-31`] : listDayMistakes(at, now)),
    ...(as === undefined ? [`as ${quoteUntrusted(cell('as'))}: gone or alumni`] : []),
  ];
  return { username, at, as, successor, mistakes: [...mistakes, ...listSuccessorMistakes(next, successor, username)] };
}

/** Somebody may have written the names of columns in Japanese. */
const headerHint = '; the first line of a table must be username,on,as';

function listSuccessorMistakes(typed: string, successor: Username | undefined, username: Username | undefined) {
  if (typed !== '' && successor === undefined) return [`as-now ${quoteUntrusted(typed)} is no user name`];
  return successor !== undefined && successor === username ? [`as-now is ${username}, who leaves`] : [];
}

export function readAs(text: string): Leaver['as'] | undefined {
  const as = text.toLowerCase();
  return as === 'gone' || as === 'alumni' ? as : undefined;
}

const twoYears = hours(24 * 731);

/** Days that are a slip most of the time, and would have no effect: what named somebody is free again after 24 months. */
function listDayMistakes(at: number, now: number): string[] {
  if (at <= now - twoYears) return ['the day is more than two years ago'];
  return at > now + twoYears ? ['the day is more than two years ahead'] : [];
}

function columnMistakes(columns: readonly string[], line: number): LeaverMistake[] {
  const known = ['username', 'on', 'as', 'as-now'];
  const unknown = columns.filter((column) => !known.includes(column));
  const doubled = columns.filter((column, index) => columns.indexOf(column) !== index);
  return [
    ...unknown.map((column) => ({ line, message: `unknown column ${quoteUntrusted(column)}: ${known.join(', ')}` })),
    ...doubled.map((column) => ({ line, message: `the column ${column} is there twice` })),
  ];
}

/** A name, a day and a word: no value of these holds a comma or a line end, quoted or not. Spreadsheets leave commas at the end. */
function cellsOf(line: string): string[] {
  const cells = line.split(',').map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
  while (cells.length > 1 && cells.at(-1) === '') cells.pop();
  return cells;
}

/** @throws GakumonError `departures-invalid`, always: with every mistake and its line */
export function refuseLeavers(file: string, mistakes: readonly LeaverMistake[]): never {
  const sorted = mistakes.toSorted((a, b) => a.line - b.line);
  const lines = sorted.slice(0, mostMistakes).map(({ line, message }) => `${file}:${line}: ${message}`);
  const more = sorted.length - lines.length;
  const detail = [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  throw new GakumonError('departures-invalid', { detail });
}
