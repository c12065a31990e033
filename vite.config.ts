import { defineConfig } from "vitest/config";

/** `src/main.ts` is on every page; a style sheet of its own is loaded only by the pages that name it. */
const entries = [
  "src/main.ts",
  "src/worker.ts",
  "src/quote.ts",
  "src/embed.ts",
  "styles/api.css",
  "styles/arrange.css",
  "styles/board.css",
  "styles/brief.css",
  "styles/bulk.css",
  "styles/calendar.css",
  "styles/day.css",
  "styles/designer.css",
  "styles/duplicates.css",
  "styles/entrance.css",
  "styles/forecast.css",
  "styles/form.css",
  "styles/home.css",
  "styles/hours.css",
  "styles/import.css",
  "styles/leads.css",
  "styles/ledger.css",
  "styles/mail.css",
  "styles/map.css",
  "styles/mend.css",
  "styles/notices.css",
  "styles/palette.css",
  "styles/paper.css",
  "styles/pivot.css",
  "styles/quote.css",
  "styles/public.css",
  "styles/record.css",
  "styles/rights.css",
  "styles/roundtrip.css",
  "styles/rules.css",
  "styles/security.css",
  "styles/settings.css",
  "styles/tour.css",
  "styles/views.css",
];
/** Found by the server through the manifest, never by a script. */
const pictures = ["icons.svg", "favicon.svg"];

/** What Vite puts around import(): ours only fetches the styles of a chunk, and preloads no further chunks, since there are none. */
const PRELOAD = `export const __vitePreload = (load, files = []) => Promise.all(files.filter((file) => file.endsWith(".css")).map((file) => {
  const href = "/static/" + file;
  if (document.querySelector('link[href="' + href + '"]')) return;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((resolve) => { link.onload = link.onerror = resolve; document.head.append(link); });
})).then(load);`;
const smallPreload = {
  name: "small-preload",
  enforce: "pre",
  load: (id: string) => (id === "\0vite/preload-helper.js" ? PRELOAD : undefined),
} as const;

export default defineConfig({
  root: "frontend",
  plugins: [smallPreload],
  base: "/static/",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2024",
    // Older targets would make Vite rewrite light-dark() into something that ignores the user's choice.
    cssTarget: ["chrome125", "safari18", "firefox128"],
    // Nothing becomes a data: address: the content security policy allows two of them, both in the styles.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: [...entries, ...pictures] },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    unstubGlobals: true,
    // What hangs is told from what waits for a busy machine.
    testTimeout: 60_000,
    // One worker keeps its modules: half the time on two cores.
    isolate: false,
    maxWorkers: 1,
    // Node would take the script without exports.
    alias: [{ find: /^htmx\.org$/, replacement: "htmx.org/dist/htmx.esm.js" }],
  },
});
