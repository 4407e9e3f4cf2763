import type { IncomingMessage } from 'node:http';
import { seconds } from '@gakumon/terms';
import { RedisStore } from 'connect-redis';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import type { Door } from '../door.ts';

/** What express-session calls a session: the page state of this browser, which proves nothing. */
type PageState = session.Session & Partial<session.SessionData>;

/** Seconds from the last change. */
const lifetime = 600;

/**
 * Gives each request below where it is mounted its page state, by express-session: nothing is stored, and no cookie set,
 * before a page has something to remember. Without its store the pages do without it.
 */
export function keepPageState(door: Door): RequestHandler {
  const { sealingKeys } = door.parts.idp;
  let made: { readonly by: string; readonly keep: RequestHandler } | undefined;
  /** The keys change while the program runs. */
  const keeper = (): RequestHandler => {
    const by = [sealingKeys.current, ...sealingKeys.all].map(({ id }) => id).join();
    if (made?.by !== by) made = { by, keep: makeKeeper(door) };
    return made.keep;
  };
  const { secure } = door.cookies.pageState;
  return (request, response, next) => {
    // TLS ends at a proxy in front of us, and what counts is the base URL
    if (secure) Object.defineProperty(request, 'secure', { value: true });
    let isPassed = false;
    keeper()(request, response, () => {
      if (!isPassed) next();
      isPassed = true;
    });
  };
}

function makeKeeper({ parts, cookies }: Door): RequestHandler {
  const { idp, pageStates } = parts;
  const { current, all } = idp.sealingKeys;
  // As ioredis would be asked by connect-redis
  const client = {
    get: async (id: string) => (await pageStates.find(id)) ?? null,
    set: (id: string, state: string, _unit: 'EX', length: number) =>
      pageStates.save(id, state, idp.clock() + seconds(length)),
    del: async (ids: readonly string[]) => {
      await Promise.all(ids.map((id) => pageStates.remove(id)));
    },
  };
  const { name, secure } = cookies.pageState;
  return session({
    name,
    secret: [current, ...all].map(({ pageState }) => pageState),
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure },
    store: new RedisStore({ client, prefix: '', ttl: lifetime, disableTouch: true }),
    saveUninitialized: false,
    resave: false,
    rolling: false,
  });
}

/** @returns undefined where page states cannot be had now */
export function pageStateOf(request: IncomingMessage): PageState | undefined {
  return (request as Request & { session?: PageState }).session;
}

/** Writes a change at once. That it could not be written matters to nobody. */
export async function savePageState(state: PageState): Promise<void> {
  await new Promise<void>((resolve) => void state.save(() => resolve()));
}

export async function forgetPageState(state: PageState): Promise<void> {
  await new Promise<void>((resolve) => void state.destroy(() => resolve()));
}
