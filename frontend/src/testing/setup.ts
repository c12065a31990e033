/** Runs before every file of tests: what jsdom lacks, and a clean end of each test. */
import { afterEach } from "vitest";

// jsdom's XPath insists on an argument that browsers do without; htmx looks for `hx-on` with it, which our policy forbids anyway.
globalThis.XPathEvaluator = class {
  createExpression = () => ({ evaluate: () => ({ iterateNext: () => null }) });
} as never;
globalThis.matchMedia ??= (() => ({ matches: false })) as never;
globalThis.CSS ??= { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") } as never;
Element.prototype.scrollIntoView ??= () => {};
Element.prototype.checkVisibility ??= function (this: Element) {
  return !this.closest("[hidden]");
};

// Only now: htmx asks for the things above as soon as it is loaded.
const { leave } = await import("./page.ts");
afterEach(leave);
