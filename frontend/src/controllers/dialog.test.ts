import { beforeEach, expect, it } from "vitest";

import { find, page } from "../testing/page.ts";
import DialogController from "./dialog.ts";

beforeEach(() => {
  // jsdom knows the element, but not how it opens and closes.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
  return page(
    `<dialog data-controller="dialog"><form>
       <fieldset data-dialog-target="part" id="city"><button type="button" id="x" data-action="dialog#remove"></button></fieldset>
       <select id="add"></select><button type="button" id="cancel" data-action="dialog#close"></button></form></dialog>`,
    { dialog: DialogController },
  );
});

it("opens itself, and is gone when closed", () => {
  expect(find<HTMLDialogElement>("dialog").open).toBe(true);
  find("#cancel").click();
  expect(document.querySelector("dialog")).toBeNull();
});

it("is gone when the work is done", () => {
  document.dispatchEvent(new Event("bulkdone"));
  expect(document.querySelector("dialog")).toBeNull();
});

it("leaves a field out, and the keyboard stays in the form", () => {
  find("#x").click();
  expect(document.querySelector("#city")).toBeNull();
  expect(document.activeElement).toBe(find("#add"));
});
