/** Puts the page together: who is signed in to which application, and what the API answers. */
import { showAnswer } from "./answers.ts";
import { callApi, type Call, type Credential } from "./api.ts";
import { find } from "./elements.ts";
import { chooseApplication, openSession, type Session } from "./session.ts";
import { loadSettings, type Settings } from "./settings.ts";

async function start(): Promise<void> {
  const settings = await loadSettings();
  offerChoices(settings);
  const session = await openSession(settings);
  showSession(session);
  offerCalls(settings, session);
}

function offerChoices({ applications, calls }: Settings): void {
  const select = find("application", HTMLSelectElement);
  for (const { name, clientId } of applications) {
    select.add(new Option(name, clientId));
  }
  const requests = find("requests", HTMLDataListElement);
  for (const call of calls) requests.append(new Option(call, call));
  find("request", HTMLInputElement).value = calls[0] ?? "GET /";
}

function showSession(session: Session): void {
  const { application, userName } = session;
  const isSignedIn = userName !== undefined;
  find("who", HTMLElement).textContent = isSignedIn
    ? `${userName} is signed in to ${application.name}.`
    : "Nobody is signed in.";
  const select = find("application", HTMLSelectElement);
  select.value = application.clientId;
  // Another tenant is another application: sign out of one, then into the other.
  select.disabled = isSignedIn;

  const signIn = find("sign-in-button", HTMLButtonElement);
  signIn.hidden = isSignedIn;
  signIn.onclick = () => {
    const [option] = select.selectedOptions;
    if (option === undefined) return;
    if (option.value === application.clientId) {
      run(session.signIn());
    } else {
      chooseApplication({ name: option.text, clientId: option.value });
      run(restart());
    }
  };
  const signOut = find("sign-out-button", HTMLButtonElement);
  signOut.hidden = !isSignedIn;
  signOut.onclick = () => {
    run(session.signOut());
  };
  find("token", HTMLElement).hidden = !isSignedIn;
  if (isSignedIn) {
    find("renew-button", HTMLButtonElement).onclick = () => {
      run(showToken(session, true));
    };
    run(showToken(session, false));
  }
}

/** With the client of the application just chosen. */
async function restart(): Promise<void> {
  const session = await openSession(await loadSettings());
  await session.signIn();
}

async function showToken(session: Session, isFresh: boolean): Promise<void> {
  const { lifetimeSeconds } = await session.getToken({ isFresh });
  const at = new Date().toLocaleTimeString();
  find("token-life", HTMLElement).textContent =
    `The access token of ${at} lives ${lifetimeSeconds} s.`;
}

function offerCalls(settings: Settings, session: Session): void {
  const rows = find("rows", HTMLOListElement);
  const form = find("call-form", HTMLFormElement);
  const call = async (request: string): Promise<void> => {
    const [method = "GET", path = "/"] = request.split(" ");
    const credential = find("credential", HTMLSelectElement)
      .value as Credential;
    const asked: Call = { method, path, credential };
    showAnswer(rows, asked, await callApi(settings.gateway, session, asked));
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    run(call(find("request", HTMLInputElement).value));
  };
  find("send-all-button", HTMLButtonElement).onclick = () => {
    run(Promise.all(settings.calls.map(call)));
  };
}

/** A failure is shown where people look. */
function run(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    find("who", HTMLElement).textContent =
      error instanceof Error ? error.message : String(error);
  });
}

run(start());
