import { useMe } from "@/app/_shell/me";
import { Badge, type BadgeTone } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { ApiKey } from "@/server/features/api-key/schema";

interface KeyRowProps {
  apiKey: ApiKey;
  onRotate: () => void;
  onRevoke: () => void;
}

type State = [tone: BadgeTone, label: string];

function stateOf({ revokedAt, expiresAt, rotatedTo }: ApiKey): State {
  if (revokedAt) return ["danger", "Revoked"];
  if (Date.parse(expiresAt) <= Date.now()) return ["neutral", "Expired"];
  return rotatedTo ? ["warning", "Being replaced"] : ["success", "Active"];
}

export function KeyRow({ apiKey, onRotate, onRevoke }: KeyRowProps) {
  const { name, start, scopes, expiresAt, lastUsedAt, revokedAt, rotatedTo, serviceAccountId } = apiKey;
  const me = useMe();
  const [tone, label] = stateOf(apiKey);
  const isOver = revokedAt !== null || label === "Expired";
  const isMine = serviceAccountId === null && apiKey.ownerId === me.userId;
  const isOthers = serviceAccountId === null && !isMine;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-5 py-4">
      <div className="min-w-0 flex-1 basis-72">
        <div className="flex flex-wrap items-center gap-2">
          <span className="break-words font-medium text-sm">{name}</span>
          <Badge tone={tone}>{label}</Badge>
          {serviceAccountId && <Badge>Service</Badge>}
          {isOthers && <Badge>Another member’s</Badge>}
        </div>
        <p className="mt-1 text-[0.8125rem] text-ink-muted">
          <code className="font-mono">{start}…</code>
          {" · "}
          {scopes.length === 0 ? "No permission" : scopes.join(", ")}
        </p>
        <p className="mt-0.5 text-[0.8125rem] text-ink-faint">
          {lastUsedAt ? (
            <>
              Used <RelativeTime value={lastUsedAt} />
            </>
          ) : (
            "Never used"
          )}
          {" · "}
          {isOver ? "ended" : "ends"} <RelativeTime value={revokedAt ?? expiresAt} />
        </p>
      </div>
      {!isOver && (
        <div className="flex gap-2">
          {!rotatedTo && !isOthers && (
            <Button size="sm" onClick={onRotate} aria-label={`Rotate ${name}`}>
              Rotate
            </Button>
          )}
          <Button size="sm" onClick={onRevoke} aria-label={`Revoke ${name}`}>
            Revoke
          </Button>
        </div>
      )}
    </li>
  );
}
