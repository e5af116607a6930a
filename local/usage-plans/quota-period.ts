export const QUOTA_PERIODS = ["DAY", "WEEK", "MONTH"] as const;
export type QuotaPeriod = (typeof QUOTA_PERIODS)[number];

/**
 * Names the period that a moment lies in. Periods are taken to begin at midnight UTC, weeks on Sunday, months on the
 * first: when API Gateway begins them is not documented.
 */
export function periodOf(period: QuotaPeriod, nowMs: number): string {
  const [day = ""] = new Date(nowMs).toISOString().split("T");
  switch (period) {
    case "DAY":
      return day;
    case "WEEK": {
      const date = new Date(nowMs);
      date.setUTCDate(date.getUTCDate() - date.getUTCDay());
      return `week of ${date.toISOString().slice(0, 10)}`;
    }
    case "MONTH":
      return day.slice(0, 7);
  }
}
