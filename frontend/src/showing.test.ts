import { beforeEach, expect, it, vi } from "vitest";

import { alive, begin, rows } from "./showing.ts";
import { find } from "./testing/page.ts";

const sent: Record<string, unknown>[] = [];
const said = () => sent.splice(0);

function swap(): void {
  document.dispatchEvent(new Event("htmx:after:swap"));
  vi.advanceTimersByTime(101);
}

beforeEach(() => {
  vi.stubGlobal("fetch", async (url: string, { body }: { body: string }) => {
    sent.push({ url, ...JSON.parse(body) });
    return new Response(null, { status: 204 });
  });
  document.body.innerHTML = `<main data-live="courses:* rooms" data-rows="/courses/{id}/row/"><ul data-present="courses:1" hidden></ul>
    <dl data-record="courses:1"><dd id="f1" data-field="title"></dd></dl><dl data-record="courses:1"></dl>
    <form data-record="courses:1"><div class="field" data-field="place"><input id="place"></div></form></main>`;
  vi.useFakeTimers();
  begin("/live/", "k1");
  return () => vi.useRealTimers();
});

it("says what is shown and where the reader is, and nothing twice", () => {
  expect(said()).toEqual([{ url: "/live/", key: "k1", shows: ["courses:1", "courses:*", "rooms"], at: "courses:1", edits: "", source: "/courses/{id}/row/" }]);
  swap();
  expect(said()).toEqual([]);
  alive();
  expect(said()).toHaveLength(1);
});

it("says which field is being edited, in its place or in a form", () => {
  said();
  find("#f1").className = "cell-edit";
  swap();
  expect(said()[0]!.edits).toBe("courses:1 title");
  find("#f1").className = "";
  find("#place").focus();
  vi.advanceTimersByTime(101);
  expect(said()[0]!.edits).toBe("courses:1 place");
  find("#place").blur();
  vi.advanceTimersByTime(101);
  expect(said()[0]!.edits).toBe("");
});

it("is not there after five minutes without a touch, and there alive with the next", () => {
  said();
  dispatchEvent(new Event("pointermove"));
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect(said()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(said()).toEqual([expect.objectContaining({ at: "", edits: "", shows: ["courses:1", "courses:*", "rooms"] })]);
  dispatchEvent(new Event("keydown"));
  expect(said()[0]!.at).toBe("courses:1");
});

it("says where the parts of a page come from, and takes in what comes of them", () => {
  said();
  document.body.innerHTML = '<div data-parts="/courses/1/parts/"><dl id="head" data-record="courses:1" hx-get="/courses/1/"></dl></div>';
  swap();
  expect(said()[0]!.source).toBe("/courses/1/parts/?of=head");
  const stale = vi.fn();
  find("#head").addEventListener("stale", (event) => stale((event as CustomEvent).detail));
  rows(JSON.stringify({ source: "/courses/1/parts/?of=head", rows: { 1: { head: "<dl></dl>" } } }));
  expect(stale).toHaveBeenCalledExactlyOnceWith({ brought: expect.any(Response) });
});
