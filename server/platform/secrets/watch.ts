import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

interface WatchOptions {
  files: readonly string[];
  /** Milliseconds between looks that nobody asked for: not every mount tells of its changes. */
  every: number;
  /** Told that something may have changed. */
  changed(): void;
}

/** Milliseconds of silence after the last notice: a file is written in several steps. */
const SETTLED_MS = 50;
/** Kubernetes swaps this link for all files of a mount at once. */
const MOUNT_LINK = "..data";

/** Watches files by their folders, so that one put in the place of another is noticed. Keeps no process alive. */
export function watchFiles({ files, every, changed }: WatchOptions): { stop(): void } {
  let settling: NodeJS.Timeout | undefined;
  const notice = () => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLED_MS).unref();
  };
  const names = new Set<string | null>([...files.map((file) => basename(file)), MOUNT_LINK, null]);
  const folders = new Set(files.map((file) => dirname(file)));
  const watchers = [...folders].flatMap((folder) => watched(folder, (name) => names.has(name) && notice()));
  const looking = setInterval(changed, every).unref();
  return {
    stop: () => {
      clearTimeout(settling);
      clearInterval(looking);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Where the system has no more watches to give, or the folder went away, the looks at intervals are left. */
function watched(folder: string, told: (name: string | null) => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => told(name));
    watcher.on("error", () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
