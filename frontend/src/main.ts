/** Starts on every page: htmx as we use it, and the controllers that templates name by `data-controller`. */
import { Application } from "@hotwired/stimulus";
import "htmx.org";

import "../styles/main.css";
import { startBack } from "./back.ts";
import { startHtmx } from "./htmx.ts";
import { eager, loadWhenNamed, loadWhenOpened } from "./registry.ts";

startHtmx();
// Nobody loses a focus before having one: the code that keeps it need not be there with the first page.
document.addEventListener("focusin", ({ target }) => void import("./focus.ts").then(({ keepFocus }) => keepFocus(target)), { once: true });
startBack();
const application = Application.start();
for (const [name, controller] of Object.entries(eager)) application.register(name, controller);
loadWhenNamed(application);
loadWhenOpened(application);
