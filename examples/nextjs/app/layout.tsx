import type { ReactNode } from "react";

export const metadata = { title: "Tickets" };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <h1>Tickets</h1>
        {children}
      </body>
    </html>
  );
}
