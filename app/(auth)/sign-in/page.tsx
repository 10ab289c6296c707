import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { safeNext } from "@/app/_api/next-path";
import { meOrNull, signInProvider } from "@/app/_api/server";
import { ProviderButton } from "../provider-button";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

interface SignInPageProps {
  searchParams: Promise<{ next?: string | string[] }>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next } = await searchParams;
  const target = safeNext(typeof next === "string" ? next : null);
  if (await meOrNull()) redirect(target);
  const provider = await signInProvider();
  return (
    <>
      <SignInForm next={target} />
      {provider && <ProviderButton provider={provider} next={target} />}
    </>
  );
}
