"use client";

import { Ellipsis, History, Trash2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useCan } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { IconButton } from "@/app/_ui/icon-button";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "@/app/_ui/menu";
import { RelativeTime } from "@/app/_ui/relative-time";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { DeleteDocumentDialog } from "./delete-document-dialog";
import { DocumentProject } from "./document-project";
import type { DocumentDraft } from "./use-document-draft";

interface DocumentBarProps {
  draft: DocumentDraft;
  onSave: () => void;
  onHistory: () => void;
}

/** Where the document belongs, whether it is saved, and what can be done with it. */
export function DocumentBar({ draft, onSave, onHistory }: DocumentBarProps) {
  const { base, dirty, saving } = draft;
  const path = useWorkspacePath();
  const mayDelete = useCan()("document:delete", base.ownerId);
  const [deleting, setDeleting] = useState(false);
  return (
    <header className="mb-1 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="flex min-w-0 items-center gap-1.5 text-[0.8125rem] text-ink-muted">
        <Link href={path("/documents")} className="rounded hover:text-ink">
          Documents
        </Link>
        <span aria-hidden="true">/</span>
        <DocumentProject document={base} />
      </div>
      <div className="flex items-center gap-2">
        <p role="status" className="text-[0.8125rem] text-ink-muted">
          {saving && "Saving…"}
          {!saving && dirty && "Not saved"}
          {!saving && !dirty && (
            <>
              <span className="max-sm:sr-only">Saved </span>
              <RelativeTime value={base.updatedAt} />
            </>
          )}
        </p>
        <Button size="sm" onClick={onHistory}>
          <History aria-hidden="true" />
          <span className="max-sm:sr-only">History</span>
        </Button>
        {mayDelete && (
          <Menu>
            <MenuTrigger>
              <IconButton label="More for this document" variant="secondary" size="sm" tooltip={false}>
                <Ellipsis aria-hidden="true" />
              </IconButton>
            </MenuTrigger>
            <MenuContent align="end">
              <MenuItem tone="danger" icon={<Trash2 aria-hidden="true" />} onSelect={() => setDeleting(true)}>
                Delete…
              </MenuItem>
            </MenuContent>
          </Menu>
        )}
        <Button size="sm" variant="primary" pending={saving} disabled={!dirty && !saving} onClick={onSave}>
          Save
        </Button>
      </div>
      <DeleteDocumentDialog document={base} open={deleting} onClose={() => setDeleting(false)} />
    </header>
  );
}
