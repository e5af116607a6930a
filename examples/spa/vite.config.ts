import { defineConfig } from "vite";
import { findSettings, serveSettings } from "./settings-file.ts";

const { settings, origin } = findSettings();
const { hostname, port } = new URL(origin);

export default defineConfig({
  root: import.meta.dirname,
  plugins: [serveSettings(settings)],
  // Auth0 knows the page by its origin: another port would be another application.
  server: { host: hostname, port: Number(port || 80), strictPort: true },
});
