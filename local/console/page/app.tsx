import type { JSX } from "preact";
import type { ConsoleState, TenantsView } from "../api.ts";
import { CachePanel } from "./panels/cache-panel.tsx";
import { MatrixPanel } from "./panels/matrix-panel.tsx";
import { SwitchesPanel } from "./panels/switches-panel.tsx";
import { TenantsPanel } from "./panels/tenants-panel.tsx";
import { Problem } from "./parts/problem.tsx";
import { StatusBar } from "./parts/status-bar.tsx";
import { RequestPanel } from "./request/request-panel.tsx";
import { usePolled } from "./use-polled.ts";

export function App(): JSX.Element {
  const state = usePolled<ConsoleState>("/api/state", 1_000);
  const tenants = usePolled<TenantsView>("/api/tenants", 3_000);
  const refresh = async (): Promise<void> => {
    await Promise.all([state.refresh(), tenants.refresh()]);
  };
  return (
    <>
      <StatusBar state={state.data} />
      <main>
        <Problem text={state.problem} />
        <RequestPanel tenants={tenants.data} onSent={state.refresh} />
        <TenantsPanel
          tenants={tenants.data}
          changes={state.data?.changes ?? []}
          onChange={refresh}
        />
        <CachePanel state={state.data} onChange={state.refresh} />
        <MatrixPanel />
        <SwitchesPanel state={state.data} onChange={refresh} />
      </main>
      <footer>
        This console belongs to the local run. It listens on this machine alone,
        and no deployment has it.
      </footer>
    </>
  );
}
