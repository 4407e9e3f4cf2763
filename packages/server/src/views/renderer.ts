import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Eta } from 'eta/core';
import { escapeMarkup } from './escapeMarkup.ts';
import type { Frame, Page } from './pageData.ts';

/** Makes the HTML of a page. */
export type Renderer = (frame: Frame, page: Page) => string;

const templates = path.join(import.meta.dirname, '..', 'templates');

/**
 * Compiles every template once, so that a mistake in one shows at start instead of at a login.
 * @param themeDirectory a folder whose `*.eta` files stand in for ours of the same name
 */
export function createRenderer(themeDirectory: string | undefined): Renderer {
  const eta = new Eta({ autoEscape: true, escapeFunction: escapeMarkup });
  for (const file of listTemplates(templates))
    eta.loadTemplate(`@${file}`, readFileSync(path.join(templates, file), 'utf8'));
  if (themeDirectory !== undefined) {
    for (const file of listTemplates(themeDirectory)) {
      eta.loadTemplate(`@${file}`, readFileSync(path.join(themeDirectory, file), 'utf8'));
    }
  }
  return (frame, page) => eta.render(`@${page.template}.eta`, { ...frame, ...page });
}

const listTemplates = (directory: string): string[] => readdirSync(directory).filter((file) => file.endsWith('.eta'));
