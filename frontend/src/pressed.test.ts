import { beforeAll, beforeEach, expect, it, vi } from "vitest";

import { keepPressed } from "./pressed.ts";

const clicked = vi.fn();

beforeAll(() => {
  Element.prototype.checkVisibility ??= () => true;
  keepPressed();
});

beforeEach(() => {
  document.body.innerHTML = '<main id="main"><button id="meant"><b>Add</b></button><button id="other">Delete</button><a id="link" href="#there">There</a></main>';
  clicked.mockClear();
  document.body.addEventListener("click", ({ target }) => clicked((target as Element).id), { once: true });
});

function press(selector: string): void {
  find(selector).dispatchEvent(new MouseEvent("pointerdown", { bubbles: true, clientX: 100, clientY: 10 }));
}

function letGo(selector: string, { x = 100, detail = 1, ctrlKey = false } = {}): MouseEvent {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, clientX: x, clientY: 10, detail, ctrlKey });
  find(selector).dispatchEvent(event);
  return event;
}

function find(selector: string): HTMLElement {
  return document.querySelector<HTMLElement>(selector)!;
}

it("does what was pressed where it has moved away, and not what stands there now", () => {
  press("#meant b");
  letGo("#main");
  expect(clicked).toHaveBeenLastCalledWith("meant");
  press("#meant");
  letGo("#other");
  expect(clicked).toHaveBeenCalledOnce();
});

it("lets a link be followed that others have replaced meanwhile, with the keys that were held", () => {
  const link = find("#link");
  const followed = vi.fn((event: MouseEvent) => event.preventDefault());
  link.addEventListener("click", followed);
  press("#link");
  link.replaceWith(link.cloneNode(true));
  letGo("#main", { ctrlKey: true });
  expect(followed.mock.lastCall![0].ctrlKey).toBe(true);
});

it("forgets a button that is gone or hidden, and whoever has thought better of it", () => {
  press("#meant");
  letGo("#main", { x: 140 });
  expect(clicked).toHaveBeenLastCalledWith("main");
  press("#meant");
  find("#meant").remove();
  document.body.addEventListener("click", ({ target }) => clicked((target as Element).id), { once: true });
  letGo("#main");
  expect(clicked).toHaveBeenLastCalledWith("main");
});

it("leaves the keyboard's clicks alone, and the usual ones", () => {
  press("#meant");
  expect(letGo("#other", { detail: 0 }).defaultPrevented).toBe(false);
  expect(clicked).toHaveBeenLastCalledWith("other");
  expect(letGo("#meant").defaultPrevented).toBe(false);
});
