/** `${name}`; the name is whatever stands up to the next `}`. */
const placeholder = /\$\{([^}]*)\}/g;

/** The names that a template asks for, each once. */
export function listTemplateNames(text: string): readonly string[] {
  return [...new Set([...text.matchAll(placeholder)].map(([, name = '']) => name))];
}

/**
 * Puts the values into a template, in one pass: what a value holds is never looked at again.
 * @param valuesOf all values of a name
 * @returns undefined unless each name has exactly one value that is whole: halves of surrogate pairs could join
 */
export function expandTemplate(text: string, valuesOf: (name: string) => readonly string[]): string | undefined {
  const found = new Map<string, string>();
  for (const name of listTemplateNames(text)) {
    const [value, ...more] = new Set(valuesOf(name));
    if (value === undefined || more.length > 0 || !value.isWellFormed()) return undefined;
    found.set(name, value);
  }
  return text.replace(placeholder, (_whole, name: string) => found.get(name) ?? '');
}

/** What is wrong with a template; undefined: nothing. */
export function judgeTemplate(text: string): string | undefined {
  if (listTemplateNames(text).some((name) => name.trim() === '')) return `has a \${} without a name`;
  if (text.replace(placeholder, '').includes('${')) return `has a \${ without its }`;
  return undefined;
}
