import { expect, it, vi } from "vitest";

import { find, page, press } from "../testing/page.ts";
import MenuController from "./menu.ts";

it("goes through its items in a circle and closes after a choice", async () => {
  await page(`<menu data-controller="menu"><li><a class="menu-item" id="a" href="#a">A</a></li><li><button disabled>-</button></li><li><button class="menu-item" id="b">B</button></li></menu>`, {
    menu: MenuController,
  });
  const menu = find("menu");
  menu.hidePopover = vi.fn();
  menu.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
  const focus = () => document.activeElement?.id;
  expect(focus()).toBe("a");
  press("ArrowDown");
  expect(focus()).toBe("b");
  press("ArrowDown");
  expect(focus()).toBe("a");
  press("End");
  expect(focus()).toBe("b");
  find("#b").click();
  expect(menu.hidePopover).toHaveBeenCalledOnce();
});

it("goes to its first item when that comes later", async () => {
  await page(`<menu data-controller="menu"></menu>`, { menu: MenuController });
  const menu = find("menu");
  menu.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
  menu.innerHTML = `<li><a class="menu-item" id="a" href="#a">A</a></li>`;
  menu.dispatchEvent(new Event("htmx:after:swap"));
  expect(document.activeElement?.id).toBe("a");
});

it("goes to the item that begins with what is typed", async () => {
  await page(`<menu data-controller="menu"><li><a id="a" href="#a">Deutschland</a></li><li><a id="b" href="#b">Frankreich</a></li><li><a id="c" href="#c">Finnland</a></li></menu>`, {
    menu: MenuController,
  });
  find("#a").focus();
  press("f");
  expect(document.activeElement?.id).toBe("b");
  press("i");
  expect(document.activeElement?.id).toBe("c");
});
