import type { Project } from "@/server/features/project/schema";

const GAP = 0.6;

/** The tasks of a project by state, as one slim bar. The words beside it say the same. */
export function ProjectProgress({ counts }: { counts: Project["taskCounts"] }) {
  const { todo, in_progress, done } = counts;
  const total = todo + in_progress + done;
  const share = (count: number) => (total === 0 ? 0 : (count / total) * 100);
  const doing = share(done);
  const rest = doing + share(in_progress);
  return (
    <div>
      <svg
        viewBox="0 0 100 1"
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-1.5 w-full rounded-full bg-sunken"
      >
        {done > 0 && <rect width={Math.max(doing - GAP, GAP)} height="1" className="fill-accent" />}
        {in_progress > 0 && (
          <rect
            x={doing}
            width={Math.max(rest - doing - GAP, GAP)}
            height="1"
            className="fill-accent"
            opacity="0.45"
          />
        )}
      </svg>
      <p className="mt-2 text-ink-muted text-xs">{summary(total, counts)}</p>
    </div>
  );
}

function summary(total: number, { in_progress, done }: Project["taskCounts"]): string {
  if (total === 0) return "No tasks yet";
  const parts = [`${done} of ${total} done`];
  if (in_progress > 0) parts.push(`${in_progress} in progress`);
  return parts.join(" · ");
}
