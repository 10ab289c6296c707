import type { Metadata } from "next";
import { ForgotForm } from "./forgot-form";

export const metadata: Metadata = { title: "Forgot the password" };

export default function ForgotPage() {
  return <ForgotForm />;
}
