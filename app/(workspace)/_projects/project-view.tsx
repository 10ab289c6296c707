"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { Tab, TabList, TabPanel, Tabs } from "@/app/_ui/tabs";
import { Failure } from "../_data/failure";
import { useSearchParamsState } from "../_data/use-search-params-state";
import { DocumentsBrowser } from "../_documents/documents-browser";
import { ProjectTasks } from "../_tasks/project-tasks";
import { ProjectHeader } from "./project-header";
import { ProjectSkeleton } from "./project-skeleton";

/** One project: its heading, and its tasks or documents. The address remembers which. */
export function ProjectView({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.project.get.queryOptions({ id: projectId }));
  const [params, change] = useSearchParamsState();
  const tab = params.get("tab") === "documents" ? "documents" : "tasks";
  if (!query.data) {
    if (!query.isError) return <ProjectSkeleton />;
    return (
      <Failure title="The project did not load" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  const project = query.data;
  const setTab = (next: string) =>
    change({
      tab: next === "documents" ? next : null,
      q: null,
      status: null,
      priority: null,
      assignee: null,
      due: null,
    });
  return (
    <>
      <ProjectHeader project={project} />
      <Tabs value={tab} onValueChange={setTab}>
        <TabList aria-label="Parts of the project" className="mb-5">
          <Tab value="tasks">Tasks</Tab>
          <Tab value="documents">Documents</Tab>
        </TabList>
        <TabPanel value="tasks" className="outline-none">
          <ProjectTasks project={project} />
        </TabPanel>
        <TabPanel value="documents" className="outline-none">
          <DocumentsBrowser projectId={project.id} />
        </TabPanel>
      </Tabs>
    </>
  );
}
