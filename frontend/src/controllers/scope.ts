/**
 * The table of rights: the bars beside a choice follow it, and a changed right is marked until it is saved.
 *
 * <form data-controller="scope">
 *   <span class="scope" data-scope="team"><select name="persons.read" data-action="scope#choose">
 *     <option value="as-always" data-scope="all">(alle)</option><option value="own">eigene</option>…</select></span>
 */
import { Controller } from "@hotwired/stimulus";

export default class ScopeController extends Controller<HTMLElement> {
  choose(event: Event): void {
    const select = event.currentTarget as HTMLSelectElement;
    const option = select.selectedOptions[0];
    const scope = select.closest<HTMLElement>(".scope");
    if (!option || !scope) return;
    scope.dataset["scope"] = option.dataset["scope"] ?? option.value;
    if (option.defaultSelected) delete scope.dataset["state"];
    else scope.dataset["state"] = "changed";
  }
}
