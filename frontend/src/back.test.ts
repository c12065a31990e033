import { expect, it, vi } from "vitest";

import { startBack } from "./back.ts";

function show(persisted: boolean): void {
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));
}

it("shows nobody the page of somebody who has signed out", () => {
  document.cookie = "csrftoken=svenja";
  const reload = vi.fn();
  startBack(reload);
  show(false);
  show(true);
  expect(reload).not.toHaveBeenCalled();
  document.cookie = "csrftoken=visitor";
  show(false);
  expect(reload).not.toHaveBeenCalled();
  show(true);
  expect(reload).toHaveBeenCalledOnce();
  expect(document.documentElement.hidden).toBe(true);
  document.documentElement.hidden = false;
});
