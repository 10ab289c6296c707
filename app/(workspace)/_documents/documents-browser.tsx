"use client";

import { Plus } from "lucide-react";
import { useMemo, useRef } from "react";
import { useCan } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { SearchField } from "../_data/search-field";
import { useSearchParamsState } from "../_data/use-search-params-state";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { DocumentList } from "./document-list";
import { documentListInput } from "./document-pages";
import { useNewDocument } from "./use-new-document";

interface DocumentsBrowserProps {
  projectId?: string;
  projectName?: (id: string) => string | undefined;
}

/** Search, a way to begin a new one, and the list. */
export function DocumentsBrowser({ projectId, projectName }: DocumentsBrowserProps) {
  const [params, change] = useSearchParamsState();
  const input = useMemo(() => documentListInput(params, projectId), [params, projectId]);
  const { make, pending } = useNewDocument(projectId);
  const search = useRef<HTMLInputElement>(null);
  const mayCreate = useCan()("document:create");
  useShortcuts({ n: () => mayCreate && make(), "/": () => search.current?.focus() });
  const button = mayCreate && (
    <Button variant="primary" size="sm" pending={pending} onClick={make}>
      <Plus aria-hidden="true" />
      New document
    </Button>
  );
  return (
    <>
      <search aria-label="Filter documents" className="mb-4 flex items-center justify-between gap-3">
        <SearchField
          ref={search}
          label="Search documents"
          value={input.search ?? ""}
          onChange={(q) => change({ q })}
          className="min-w-0 flex-1 sm:max-w-72"
        />
        {button}
      </search>
      <DocumentList input={input} invitation={button} {...(projectName && { projectName })} />
    </>
  );
}
