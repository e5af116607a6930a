/** What goes from the function to the thread of the candidate, and back. */
import { isJsonObject, own } from "../core/json.ts";
import {
  type Answer,
  MEMBERS,
  type Member,
  readCode,
  type Verdict,
} from "./verdict.ts";

/** A decision that was made, to be made again. */
export interface Copy {
  readonly event: unknown;
  readonly requestId: string;
  readonly answer: Answer;
  /** Its log line, where one was seen. */
  readonly line: unknown;
}

/** Told by its thread's data from the function, whose own thread may be a worker as well. */
export interface CandidateData {
  readonly isShadowCandidate: true;
  /** Of the module with its handler; the function's own when absent. */
  readonly bundleUrl: string | undefined;
}

export function isCandidateData(data: unknown): data is CandidateData {
  return isJsonObject(data) && own(data, "isShadowCandidate") === true;
}

interface Said {
  readonly outcome: string;
  readonly reason: string | undefined;
}

export interface Judgement {
  readonly members: readonly Member[];
  readonly live: Said;
  readonly candidate: Said;
}

export type Reply =
  { readonly kind: "ready" } | ({ readonly kind: "judged" } & Judgement);

export function buildJudgement(
  members: readonly Member[],
  live: Verdict,
  candidate: Verdict,
): Reply {
  const said = ({ outcome, reason }: Verdict): Said => ({ outcome, reason });
  return {
    kind: "judged",
    members,
    live: said(live),
    candidate: said(candidate),
  };
}

/** The candidate's code could send anything, and what is sent is logged: only names and codes come through. */
export function parseReply(message: unknown): Reply | undefined {
  if (!isJsonObject(message)) return undefined;
  if (own(message, "kind") === "ready") return { kind: "ready" };
  const members = own(message, "members");
  const live = parseSaid(own(message, "live"));
  const candidate = parseSaid(own(message, "candidate"));
  if (!Array.isArray(members) || !live || !candidate) return undefined;
  return {
    kind: "judged",
    members: MEMBERS.filter((member) => members.includes(member)),
    live,
    candidate,
  };
}

function parseSaid(value: unknown): Said | undefined {
  if (!isJsonObject(value)) return undefined;
  const outcome = readCode(own(value, "outcome"));
  return outcome === undefined
    ? undefined
    : { outcome, reason: readCode(own(value, "reason")) };
}
