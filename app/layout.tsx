import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import "./globals.css";
import { THEME_COOKIE, toTheme } from "@/app/_shell/theme";
import { StyleNonce } from "@/app/_ui/style-nonce";
import { ToastProvider } from "@/app/_ui/toast";

export const metadata: Metadata = {
  title: { default: "Holdfast", template: "%s · Holdfast" },
  description: "A workspace for projects, tasks and documents in which every door is guarded.",
  robots: { index: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  colorScheme: "light dark",
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // A page built ahead has no nonce, and its policy would block every script of it.
  await connection();
  const theme = toTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme} suppressHydrationWarning>
      <head>
        {/* Besides the one that Next adds with each page: between two pages there is none, and browsers ask for .ico. */}
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <StyleNonce />
        <ToastProvider>{children}</ToastProvider>
      </body>
    </html>
  );
}
