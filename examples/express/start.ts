/** `npm run example:express`: reads the environment, listens, and stops on a signal. */
import { createApp } from "./app.ts";
import { parseSettings, SettingsError, type Settings } from "./settings.ts";

function readSettings(): Settings {
  try {
    return parseSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const settings = readSettings();
const app = createApp({
  ...settings,
  logRefusal: (reason) => {
    console.warn(JSON.stringify({ outcome: "refused", reason }));
  },
  logError: (error) => {
    console.error(error);
  },
});

const server = app.listen(settings.port, settings.host, (error) => {
  if (error !== undefined) {
    console.error(`cannot listen on port ${settings.port}: ${error.message}`);
    process.exit(1);
  }
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const secondLine = settings.secondLine === undefined ? "off" : "on";
  console.log(
    `listening on http://${settings.host}:${port ?? settings.port}, second line ${secondLine}`,
  );
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
}
