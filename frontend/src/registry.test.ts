import { Application } from "@hotwired/stimulus";
import { expect, it, vi } from "vitest";

import { loadWhenNamed, loadWhenOpened } from "./registry.ts";
import { find, page, settled } from "./testing/page.ts";

it("fetches a controller when the page, or a part of it, first names it", async () => {
  await page(`<form data-controller="form"><input></form>`, {});
  const application = Application.start();
  const registered = vi.spyOn(application, "register");
  loadWhenNamed(application);
  await vi.waitFor(() => expect(registered.mock.calls.map(([name]) => name)).toEqual(["form"]));
  document.body.insertAdjacentHTML("beforeend", `<div data-controller="reveal"><input data-reveal-target="input"></div>`);
  document.dispatchEvent(new Event("htmx:after:process"));
  document.dispatchEvent(new Event("htmx:after:process"));
  await vi.waitFor(() => expect(registered.mock.calls.map(([name]) => name)).toEqual(["form", "reveal"]));
  application.stop();
});

it("fetches a dialogue when it is first opened, and opens it each time", async () => {
  await page(`<button data-opens="palette"><span>Suchen</span></button><dialog id="palette"></dialog>`, {});
  const application = Application.start();
  const registered = vi.spyOn(application, "register");
  const opened = vi.fn();
  find("#palette").addEventListener("open", opened);
  loadWhenOpened(application);
  find("span").click();
  await vi.waitFor(() => expect(opened).toHaveBeenCalledTimes(1));
  find("span").click();
  await settled();
  expect(opened).toHaveBeenCalledTimes(2);
  expect(registered).toHaveBeenCalledOnce();
  application.stop();
});
