/** The controllers that are fetched when a page first names them. This list is fetched with the first of them. */
import type { Load } from "./registry.ts";

import { forgetOldDrafts } from "./drafts.ts";
import { keepPressed } from "./pressed.ts";

forgetOldDrafts();
keepPressed();

export const lazy: Record<string, Load> = {
  anywhere: () => import("./controllers/anywhere.ts"),
  block: () => import("./controllers/block.ts"),
  board: () => import("./controllers/board.ts"),
  arrange: () => import("./controllers/arrange.ts"),
  brief: () => import("./controllers/brief.ts"),
  columns: () => import("./controllers/columns.ts"),
  combobox: () => import("./controllers/combobox.ts"),
  composer: () => import("./controllers/composer.ts"),
  condition: () => import("./controllers/condition.ts"),
  copy: () => import("./controllers/copy.ts"),
  day: () => import("./controllers/day.ts"),
  designer: () => import("./controllers/designer.ts"),
  files: () => import("./controllers/files.ts"),
  dialog: () => import("./controllers/dialog.ts"),
  form: () => import("./controllers/form.ts"),
  group: () => import("./controllers/group.ts"),
  notices: () => import("./controllers/notices.ts"),
  outbox: () => import("./controllers/outbox.ts"),
  passkey: () => import("./controllers/passkey.ts"),
  picker: () => import("./controllers/picker.ts"),
  promises: () => import("./controllers/promises.ts"),
  print: () => import("./controllers/print.ts"),
  hours: () => import("./controllers/hours.ts"),
  push: () => import("./controllers/push.ts"),
  history: () => import("./controllers/history.ts"),
  map: () => import("./controllers/map.ts"),
  mend: () => import("./controllers/mend.ts"),
  merge: () => import("./controllers/merge.ts"),
  reveal: () => import("./controllers/reveal.ts"),
  scope: () => import("./controllers/scope.ts"),
  selection: () => import("./controllers/selection.ts"),
  signature: () => import("./controllers/signature.ts"),
  sortable: () => import("./controllers/sortable.ts"),
  tags: () => import("./controllers/tags.ts"),
  tour: () => import("./controllers/tour.ts"),
  upload: () => import("./controllers/upload.ts"),
  views: () => import("./controllers/views.ts"),
};
