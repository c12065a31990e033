/**
 * The service worker: lets the pages of a day on the road be read without a connection. Served as /worker.js.
 *
 * Pages ask for it by a message: `{keep: ["/field/", "/organisations/17/brief/", "/static/…"]}`. What it keeps, it keeps for a
 * day, for the one who is signed in; signing out throws it away. With a connection nothing comes from here but what never changes.
 */
/** What TypeScript's library for pages does not know of a worker. */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetched extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", hear: (event: Extendable) => void): void;
  addEventListener(type: "message", hear: (event: Extendable & MessageEvent<{ keep?: string[] }>) => void): void;
  addEventListener(type: "fetch", hear: (event: Fetched) => void): void;
}
const sw = self as unknown as Worker;

const PAGES = "field";
const DAY = 24 * 60 * 60_000;
const KEPT_AT = "x-kept-at";

sw.addEventListener("install", () => void sw.skipWaiting());
sw.addEventListener("activate", (event) => event.waitUntil(Promise.all([sw.clients.claim(), tidy()])));

sw.addEventListener("message", (event) => {
  const { keep } = event.data;
  if (keep) event.waitUntil(take(keep));
});

sw.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname === "/sign-out/") event.waitUntil(caches.delete(PAGES));
  else if (request.method === "GET" && (request.mode === "navigate" || url.pathname.startsWith("/static/"))) event.respondWith(answer(request, url));
});

/** Keeps these pages and drops all others. What is not to be had now stays as it was. */
async function take(addresses: string[]): Promise<void> {
  await tidy();
  const cache = await caches.open(PAGES);
  const wanted = new Set(addresses.map((address) => new URL(address, location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  for (const address of wanted) {
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && !answer.redirected) await cache.put(address, dated(answer));
  }
}

function dated(answer: Response): Response {
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  return new Response(answer.body, { status: answer.status, headers });
}

async function answer(request: Request, url: URL): Promise<Response> {
  // Built files have their content in their name: one that is here is right.
  const built = url.pathname.startsWith("/static/") && (await kept(request));
  if (built) return built;
  try {
    const answer = await fetch(request);
    // A page that is kept leads elsewhere now: its reader is not signed in any more, and what was kept was theirs.
    if (answer.type === "opaqueredirect" && (await kept(request))) await caches.delete(PAGES);
    return answer;
  } catch (error) {
    const page = await kept(request);
    if (page) return page;
    throw error;
  }
}

/** Throws away what is older than a day. */
async function tidy(): Promise<void> {
  const cache = await caches.open(PAGES);
  for (const request of await cache.keys()) if (isOld(await cache.match(request))) await cache.delete(request);
}

function isOld(answer: Response | undefined): boolean {
  return Date.now() - Number(answer?.headers.get(KEPT_AT)) >= DAY;
}

async function kept(request: Request): Promise<Response | null> {
  const found = await (await caches.open(PAGES)).match(request, { ignoreVary: true });
  return found && !isOld(found) ? found : null;
}

export {};
