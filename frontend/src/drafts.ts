/**
 * What somebody has begun to write stays in this browser until it is filed, and no longer than a day: it may say something about people.
 * A draft is kept under `draft:<user>:<customer>`.
 */
const PREFIX = "draft:";
const KEPT = 24 * 60 * 60 * 1000;

interface Draft {
  at: number;
  values: [string, string][];
}

export function readDraft(key: string): [string, string][] {
  const draft = parsed(key);
  return draft && Date.now() - draft.at < KEPT ? draft.values : [];
}

export function keepDraft(key: string, values: [string, string][]): void {
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values } satisfies Draft));
  } catch {
    // No room, or not allowed: then there is no draft.
  }
}

export function forgetDraft(key: string): void {
  localStorage.removeItem(key);
}

/** Those of yesterday, of whomever. */
export function forgetOldDrafts(): void {
  for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
    const draft = parsed(key);
    if (!draft || Date.now() - draft.at >= KEPT) localStorage.removeItem(key);
  }
}

function parsed(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
    return draft && typeof draft.at === "number" && Array.isArray(draft.values) ? draft : null;
  } catch {
    return null;
  }
}
