import { rank, type Severity } from "../model/report.js";

export function worstOf(grades: readonly Severity[]): Severity {
  return grades.reduce<Severity>((best, grade) => (rank[grade] < rank[best] ? grade : best), "info");
}
