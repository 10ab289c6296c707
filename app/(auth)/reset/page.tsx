import type { Metadata } from "next";
import { ResetForm } from "./reset-form";

export const metadata: Metadata = { title: "New password", referrer: "no-referrer" };

/** The secret of the link is in the fragment, so it never came here: only the browser can read it. */
export default function ResetPage() {
  return <ResetForm />;
}
