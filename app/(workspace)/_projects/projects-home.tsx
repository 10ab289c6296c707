"use client";

import { Plus } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useCan } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { PageHeader } from "@/app/_ui/page-header";
import { projectListInput } from "../_data/project-pages";
import { SearchField } from "../_data/search-field";
import { useSearchParamsState } from "../_data/use-search-params-state";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { NewProjectDialog } from "./new-project-dialog";
import { ProjectGrid } from "./project-grid";

export function ProjectsHome() {
  const [params, change] = useSearchParamsState();
  const input = useMemo(() => projectListInput(params), [params]);
  const [making, setMaking] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const mayCreate = useCan()("project:create");
  const make = () => mayCreate && setMaking(true);
  useShortcuts({ n: make, "/": () => search.current?.focus() });
  const archived = input.archived === true;
  const button = (
    <Button variant="primary" onClick={make}>
      <Plus aria-hidden="true" />
      New project
    </Button>
  );
  return (
    <>
      <PageHeader title="Projects" actions={mayCreate && button} />
      <search aria-label="Filter projects" className="mb-4 flex flex-wrap items-center gap-2">
        <SearchField
          ref={search}
          label="Search projects"
          value={input.search ?? ""}
          onChange={(q) => change({ q })}
          className="min-w-0 flex-1 sm:max-w-64"
        />
        <Button
          size="sm"
          variant={archived ? "primary" : "secondary"}
          aria-pressed={archived}
          onClick={() => change({ archived: archived ? null : "true" })}
        >
          Archived
        </Button>
      </search>
      <ProjectGrid input={input} invitation={mayCreate && button} />
      <NewProjectDialog open={making} onOpenChange={setMaking} />
    </>
  );
}
