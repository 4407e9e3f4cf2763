import type { Route } from './routes.ts';

/** The route of a path; undefined when it leads nowhere here. */
export type RouteFinder = (path: string) => Route | undefined;

/** Paths are compared as they are written, percent escapes and upper case too. */
export function indexRoutes(routes: readonly Route[]): RouteFinder {
  const exact = new Map<string, Route>();
  const folders = routes.filter(({ path }) => isFolder(path));
  for (const route of routes) {
    if (isFolder(route.path)) continue;
    exact.set(route.path, route);
    if (route.path !== '/') exact.set(`${route.path}/`, route);
  }
  return (path) => exact.get(path) ?? folders.find((folder) => isBelow(folder.path, path));
}

const isFolder = (path: string): boolean => path !== '/' && path.endsWith('/');

/** What cannot be decoded is no path. */
function isBelow(folder: string, path: string): boolean {
  if (!path.startsWith(folder) || path.length === folder.length) return false;
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}
