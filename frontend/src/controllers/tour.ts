/**
 * The map of a tour: the way through its stops in their order, and who could be visited on it.
 *
 * <main data-controller="tour" data-tour-points-value='{"start": [48.1, 11.5], "round": true, "stops": [[48.4, 10.9, "Molkerei"]], "near": […]}'
 *       data-tour-tiles-value="" data-tour-credit-value="" data-tour-words-value='{"in": "…", "out": "…", "start": "…", "denied": "…"}'>
 *   <input name="start"> <button data-action="tour#locate">   <div class="map" data-tour-target="map"></div>
 *
 * Where one is, the browser says, and only when asked by that button.
 */
import { Controller } from "@hotwired/stimulus";
import * as leaflet from "leaflet";

import { baseMap, mark } from "../basemap.ts";
import { tell } from "../htmx.ts";

type Named = [latitude: number, longitude: number, title: string];

interface Points {
  start: leaflet.LatLngTuple | null;
  round: boolean;
  stops: Named[];
  near: Named[];
}

const GERMAN_SPEAKING: leaflet.LatLngBoundsLiteral = [[45.8, 5.8], [55.1, 17.2]];

export default class TourController extends Controller<HTMLElement> {
  static override targets = ["map"];
  static override values = { points: Object, tiles: String, credit: String, words: Object };
  declare readonly mapTarget: HTMLElement;
  declare readonly pointsValue: Points;
  declare readonly tilesValue: string;
  declare readonly creditValue: string;
  declare readonly wordsValue: Record<"in" | "out" | "start" | "denied", string>;
  private map: leaflet.Map | null = null;
  private drawn = leaflet.layerGroup();

  override connect(): void {
    this.map = baseMap(this.mapTarget, { tiles: this.tilesValue, credit: this.creditValue, words: this.wordsValue });
    this.map.fitBounds(GERMAN_SPEAKING, { animate: false });
    this.drawn.addTo(this.map);
    this.draw();
  }

  override disconnect(): void {
    this.map?.remove();
    this.map = null;
  }

  pointsValueChanged(): void {
    if (this.map) this.draw();
  }

  locate(): void {
    const denied = () => tell(this.wordsValue.denied);
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const input = this.element.querySelector<HTMLInputElement>("[name=start]")!;
      input.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }, denied);
  }

  private draw(): void {
    const { start, round, stops, near } = this.pointsValue;
    this.drawn.clearLayers();
    for (const [latitude, longitude, title] of near) this.put([latitude, longitude], title, "").dataset.near = "";
    const way: leaflet.LatLngTuple[] = stops.map(([latitude, longitude]) => [latitude, longitude]);
    if (start) {
      this.put(start, this.wordsValue.start, "");
      if (way.length) leaflet.polyline([start, ...way, ...(round ? [start] : [])], { className: "map-line", interactive: false }).addTo(this.drawn);
    }
    stops.forEach(([latitude, longitude, title], at) => (this.put([latitude, longitude], title, String(at + 1)).dataset.size = "1"));
    const shown = [...(start ? [start] : []), ...way, ...(way.length ? [] : near.map(([latitude, longitude]): leaflet.LatLngTuple => [latitude, longitude]))];
    if (shown.length) this.map!.fitBounds(shown, { padding: [32, 32], maxZoom: 11, animate: false });
  }

  private put(at: leaflet.LatLngTuple, title: string, text: string): HTMLElement {
    const anchor = Object.assign(document.createElement("span"), { className: "map-mark", title, textContent: text });
    mark(at, anchor).addTo(this.drawn);
    return anchor;
  }
}
