import { redirect } from "next/navigation";
import { meOrNull } from "@/app/_api/server";

export default async function HomePage() {
  const me = await meOrNull();
  redirect(me ? `/w/${me.personalWorkspaceId}` : "/sign-in");
}
