import { beforeEach, expect, it, vi } from "vitest";

import { find, page } from "../testing/page.ts";
import LiveController from "./live.ts";

class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static all: Stream[] = [];
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Stream.all.push(this);
  }
  close(): void {
    this.readyState = Stream.CLOSED;
  }
  say(event: string, data: string, lastEventId = "e-1"): void {
    this.dispatchEvent(new MessageEvent(event, { data, lastEventId }));
  }
}

const stale = vi.fn();
const asked = () => stale.mock.calls.flat();

function hide(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(async () => {
  Stream.all = [];
  stale.mockClear();
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("fetch", async () => new Response(null, { status: 204 }));
  const row = (id: string, name: string) => `<tr id="${id}" data-record="${name}"><td id="${id}-city"></td></tr>`;
  await page(
    `<div id="live" data-controller="live" data-live-url-value="/live/" data-action="changed@document->live#changed visibilitychange@document->live#seen pagehide@window->live#close pageshow@window->live#seen"></div>
     <p id="a" data-record="organisations:1"></p><p id="b" data-record="organisations:2"></p><p id="c" data-record="persons:1"></p>
     <table id="whole" data-live-whole><tbody>${["1", "2", "3", "4", "5"].map((n) => row(`r${n}`, `courses:${n}`)).join("")}</tbody></table>`,
    { live: LiveController },
  );
  for (const element of document.querySelectorAll("p, tr, table")) element.addEventListener("stale", () => stale(element.id));
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

it("collects names and refreshes each element once", () => {
  Stream.all[0]!.say("changed", "organisations:1 persons:1");
  find("#a").dispatchEvent(new CustomEvent("changed", { bubbles: true, detail: { value: "organisations:1" } }));
  expect(stale).not.toHaveBeenCalled();
  vi.advanceTimersByTime(151);
  expect(asked()).toEqual(["a", "c"]);
});

it("asks for some rows one by one, for many together", () => {
  Stream.all[0]!.say("changed", "courses:1 courses:2 courses:3");
  vi.advanceTimersByTime(151);
  expect(asked()).toEqual(["r1", "r2", "r3"]);
  stale.mockClear();
  Stream.all[0]!.say("changed", "courses:1 courses:2 courses:3 courses:5");
  vi.advanceTimersByTime(151);
  expect(asked()).toEqual(["whole"]);
});

it("takes no table away from under an editor", () => {
  find("#r3-city").className = "cell-edit";
  Stream.all[0]!.say("changed", "courses:*");
  vi.advanceTimersByTime(151);
  expect(asked()).toEqual(["r1", "r2", "r3", "r4", "r5"]);
});

it("says where it stopped when it hears again", () => {
  expect(Stream.all[0]!.url).toMatch(/^\/live\/\?age=\d+$/);
  Stream.all[0]!.say("here", ".", "e-7");
  hide(true);
  expect(Stream.all[0]!.readyState).toBe(Stream.CLOSED);
  hide(false);
  expect(Stream.all[1]!.url).toBe("/live/?since=e-7");
  vi.advanceTimersByTime(1000);
  expect(stale).not.toHaveBeenCalled();
});

it("refreshes what is of a kind when there are too many names, and everything when nothing is known", () => {
  Stream.all[0]!.say("changed", "organisations:*");
  vi.advanceTimersByTime(151);
  expect(asked().sort()).toEqual(["a", "b", "whole"]);
  stale.mockClear();
  Stream.all[0]!.say("changed", "*");
  vi.advanceTimersByTime(151);
  expect(asked().sort()).toEqual(["a", "b", "c", "whole"]);
});

it("takes a refusal at the beginning for an answer", () => {
  Stream.all[0]!.close();
  Stream.all[0]!.dispatchEvent(new Event("error"));
  vi.advanceTimersByTime(60_000);
  expect(Stream.all).toHaveLength(1);
});

it("tries again some seconds after a later refusal", () => {
  Stream.all[0]!.say("here", ".");
  Stream.all[0]!.close();
  Stream.all[0]!.dispatchEvent(new Event("error"));
  vi.advanceTimersByTime(15_001);
  expect(Stream.all).toHaveLength(2);
});
