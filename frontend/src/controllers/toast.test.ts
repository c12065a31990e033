import { beforeEach, expect, it, vi } from "vitest";

import { find, page, press } from "../testing/page.ts";
import ToastController from "./toast.ts";

const undo = vi.fn();

beforeEach(async () => {
  undo.mockClear();
  await page(`<div id="toasts"><div class="toast" data-controller="toast"><span>Geändert.</span><button>Rückgängig</button></div></div><input id="field">`, {
    toast: ToastController,
  });
  find("button").addEventListener("click", undo);
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const isThere = () => document.querySelector(".toast") !== null;
const point = (event: string) => find(".toast").dispatchEvent(new Event(event));

it("waits while one points at it, and then goes after eight seconds", () => {
  point("pointerenter");
  vi.advanceTimersByTime(60_000);
  expect(isThere()).toBe(true);
  point("pointerleave");
  vi.advanceTimersByTime(7_900);
  expect(isThere()).toBe(true);
  vi.advanceTimersByTime(200);
  expect(isThere()).toBe(false);
});

it("undoes with Ctrl+Z, once, and not while one types", () => {
  find("#field").focus();
  press("z", { ctrlKey: true });
  expect(undo).not.toHaveBeenCalled();
  find("#field").blur();
  press("z", { ctrlKey: true });
  vi.advanceTimersByTime(1);
  press("z", { ctrlKey: true });
  expect(undo).toHaveBeenCalledOnce();
});
