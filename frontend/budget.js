/**
 * Fails when the first page after sign-in, a table, loads more than 35 kB of scripts and styles (gzip, as browsers get them).
 * The big houses of the trade send 900 to 1,400 kB.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 35_000;
const FIRST_PAGE = ["src/main.ts"];

const dist = new URL("dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function filesOf(name) {
  const { file, css = [], imports = [] } = manifest[name];
  return [file, ...css, ...imports.flatMap(filesOf)];
}

const sizes = [...new Set(FIRST_PAGE.flatMap(filesOf))].map((file) => ({
  file,
  bytes: gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length,
}));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
for (const { file, bytes } of sizes) console.log(`${String(bytes).padStart(7)}  ${file}`);
console.log(`${String(total).padStart(7)}  of ${LIMIT} bytes`);
if (total > LIMIT) {
  console.error("The first page has grown too heavy: load what single pages need only there (lazy.ts, styles/*.css).");
  process.exitCode = 1;
}
