import { redirect } from "next/navigation";

/** A workspace begins with its projects. */
export default async function WorkspacePage({ params }: { params: Promise<{ workspaceId: string }> }) {
  const { workspaceId } = await params;
  redirect(`/w/${workspaceId}/projects`);
}
